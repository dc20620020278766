import { isUnavailable } from '#store/database.js';

/**
 * Turns many single calls into few grouped ones: what arrives while one group is under way forms the next. No timer, so
 * a lone call is not delayed; and never two groups at once, since a statement costs more than what it does for one more
 * item. `run` answers in the order asked. A group that fails is run again one by one, so that only what fails by itself
 * does; unless the store is away, then every call of it throws.
 */
export function grouped<Item, Answer>(
  run: (items: Item[]) => Promise<Answer[]>,
  { max = 64 } = {},
): (item: Item) => Promise<Answer> {
  type Call = { item: Item; resolve(answer: Answer): void; reject(error: unknown): void };
  const waiting: Call[] = [];
  let running = false;
  const next = async () => {
    const calls = waiting.splice(0, max);
    running = true;
    try {
      const answers = await run(calls.map((call) => call.item));
      for (const [n, call] of calls.entries()) call.resolve(answers[n]!);
    } catch (error) {
      if (calls.length === 1 || isUnavailable(error)) for (const call of calls) call.reject(error);
      else for (const call of calls) await alone(call);
    }
    running = false;
    if (waiting.length) void next();
  };
  const alone = ({ item, resolve, reject }: Call) => run([item]).then(([answer]) => resolve(answer!), reject);
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running && waiting.length === 1) queueMicrotask(() => waiting.length && !running && void next());
    });
}
