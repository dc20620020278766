import type { Answer } from '#adapter-host/answer.js';
import { type Attempt, call, check, deadlineOf, type Question, render } from '#adapter-host/call.js';
import { bare, type Surroundings } from '#adapter-host/surroundings.js';
import type { Adapter, Delivery } from '#adapters/contract.js';
import type { Json } from '#submission/vocabulary.js';
import { delivery, messageAs, request } from './samples.js';

/** Milliseconds after which the suite ends a call that its manifest would let go on. */
const mostPatience = 20_000;

/** The attributes that a register can be asked for; the others are titles of their parts. */
export const askable = (attributes: Record<string, string>): string[] =>
  Object.keys(attributes).filter((name) => !name.includes('.'));

/** One task of one adapter, with what it has kept and logged so far. */
export class Trial {
  readonly checkpoints = new Map<string, Json>();
  readonly logs: string[] = [];
  readonly key = crypto.randomUUID();
  readonly adapter: Adapter;
  attempts = 0;
  /** What the installation gives to each call. */
  surroundings: Surroundings = bare;
  /** What the adapter is asked; the same for every attempt at the task. */
  question: Question;
  #running: Promise<unknown>[] = [];

  constructor(
    adapter: Adapter,
    readonly values: Record<string, Json>,
    subject?: Json,
    readonly dropFolder?: string,
  ) {
    this.adapter = watched(adapter, this.#running);
    const { kind, attributes, formats: [format = 'json'] = [] } = adapter.manifest;
    this.question =
      kind === 'register'
        ? {
            call: 'lookup',
            request: request({
              ...(attributes && { attributes: askable(attributes) }),
              ...(subject !== undefined && { subject }),
            }),
          }
        : { call: 'deliver', delivery: delivery(format === 'json' ? {} : { format, message: messageAs(format) }) };
  }

  /** Makes the next attempt, with the task's question or another. */
  attempt(overrides: Partial<Attempt> = {}, question: Question = this.question): Promise<Answer> {
    this.attempts++;
    return this.#ended(question.call, overrides, (attempt) => call(attempt, question));
  }

  /** Throws, and says so, where the call does not end although it has all the time that it may take. */
  async #ended<T>(name: string, overrides: Partial<Attempt>, run: (attempt: Attempt) => Promise<T>): Promise<T> {
    const longest = Math.min(deadlineOf(this.adapter), mostPatience);
    const begun = performance.now();
    const circumstances = { ...this.circumstances(), ...overrides };
    const deadline = overrides.deadline ?? new Date(circumstances.now().getTime() + longest);
    const [end] = await Promise.allSettled([run({ ...circumstances, deadline })]);
    if (!overrides.deadline && !overrides.signal && performance.now() - begun > longest - 20)
      throw new Error(`${name} does not end; it was cut off after ${longest} ms`);
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  }

  find(overrides: Partial<Attempt> = {}): Promise<Answer> {
    return this.attempt(overrides, { call: 'find' });
  }

  status(externalReference: string, overrides: Partial<Attempt> = {}): Promise<Answer> {
    const { question } = this;
    return this.attempt(overrides, {
      call: 'status',
      externalReference,
      ...(question.call === 'lookup' && { request: question.request }),
    });
  }

  /** Makes the next attempt and, where the target answers later, polls for its answer. */
  async work(overrides: Partial<Attempt> = {}, question: Question = this.question): Promise<Answer> {
    return this.polled(await this.attempt(overrides, question), overrides);
  }

  /** Polls after `pending`, five times at most. Any other answer is returned as it is. */
  async polled(first: Answer, overrides: Partial<Attempt> = {}): Promise<Answer> {
    let answer = first;
    for (let polls = 0; answer.kind === 'pending' && this.adapter.manifest.capabilities.status && polls < 5; polls++)
      answer = await this.status(answer.externalReference, overrides);
    return answer;
  }

  /**
   * Goes on as the pipeline does after an attempt whose end nobody saw: it looks first where anything may have left.
   */
  async resume(): Promise<Answer> {
    const { find, idempotentTarget } = this.adapter.manifest.capabilities;
    const mayHaveLeft = this.checkpoints.size > 0;
    if (mayHaveLeft && !find && !idempotentTarget)
      return { kind: 'unknown', reason: { public: 'Ein Mensch entscheidet.' } };
    const found = mayHaveLeft && find ? await this.find() : undefined;
    return found && found.kind !== 'absent' ? this.polled(found) : this.work();
  }

  check(overrides: Partial<Attempt> = {}) {
    return this.#ended('check', overrides, check);
  }

  /** What `deliver` would send. */
  render(one: Delivery) {
    return this.#ended('render', {}, (attempt) => render(attempt, one));
  }

  /** Whether every call of the adapter ends by itself within a second. */
  async idle(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), 1_000);
    });
    return Promise.race([Promise.allSettled(this.#running).then(() => true), late]).finally(() => clearTimeout(timer));
  }

  circumstances(): Attempt {
    return {
      adapter: this.adapter,
      values: this.values,
      idempotencyKey: this.key,
      attempt: this.attempts,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      ...this.surroundings,
      dropFolder: this.dropFolder,
      now: () => new Date(),
      checkpoint: async (step, data) => {
        if (!this.checkpoints.has(step)) this.checkpoints.set(step, structuredClone(data));
        return structuredClone(this.checkpoints.get(step)!);
      },
      kept: async (step) => structuredClone(this.checkpoints.get(step)),
      log: (message, fields) => this.logs.push(JSON.stringify({ message, ...fields })),
    };
  }
}

/** The same adapter. It adds the promise of each call to `running`, also where nobody waits for that call any more. */
function watched(adapter: Adapter, running: Promise<unknown>[]): Adapter {
  const methods = ['check', 'deliver', 'lookup', 'find', 'status', 'render'].filter((name) => name in adapter);
  const seen = methods.map((name) => [
    name,
    (...given: unknown[]) => {
      const promise = (Reflect.get(adapter, name) as (...all: unknown[]) => Promise<unknown>).apply(adapter, given);
      running.push(promise);
      return promise;
    },
  ]);
  return { ...adapter, ...Object.fromEntries(seen) } as Adapter;
}

/** Runs a check on all of them at once, each with a target of its own: their waits are one. */
export const together = async <T>(all: T[], run: (one: T) => Promise<void>): Promise<void> => {
  for (const result of await Promise.allSettled(all.map(run))) if (result.status === 'rejected') throw result.reason;
};

/** Milliseconds that the suite gives a call whose target hangs. It waits for that often. */
export const impatience = 200;

/** A deadline that is so many milliseconds away. */
export const soon = (milliseconds: number) => new Date(Date.now() + milliseconds);
