import { Worker } from 'node:worker_threads';
import jsonata from 'jsonata';
import { type Failure, failureOf } from './evaluation-failure.js';

/** What the process is asked: an expression, milliseconds, and its input. */
export interface Asked {
  source: string;
  timeout: number;
  input: unknown;
}

/** What it answers: the result as JSON, or why there is none. */
export type Answered = { json: string } | Failure;

/** Levels of recursion. */
const stack = 200;
/** Characters that a result may have as JSON. */
const longest = 32 * 1024 * 1024;
/** Compiled expressions that are kept. */
const mostPrograms = 500;

const programs = new Map<string, jsonata.Expression>();

function program(source: string, timeout: number): jsonata.Expression {
  const key = `${timeout} ${source}`;
  const known = programs.get(key) ?? jsonata(source, { timeout, stack });
  if (programs.size >= mostPrograms) programs.clear();
  programs.set(key, known);
  return known;
}

/** The result is JSON: what is not, such as the properties that JSONata adds to sequences, stays behind. */
async function answer({ source, timeout, input }: Asked): Promise<Answered> {
  try {
    const json = JSON.stringify(await program(source, timeout).evaluate(input)) ?? 'null';
    return json.length > longest ? { code: 'LIMIT_SIZE' } : { json };
  } catch (error) {
    return failureOf(error);
  }
}

/**
 * What evaluates looks at nothing else, so a thread beside it ends the process when its parent is gone: an expression
 * may be running that never ends.
 */
function endWithParent(): void {
  const watch = `const { ppid, pid } = process;
    setInterval(() => process.ppid === ppid || process.kill(pid, 'SIGKILL'), 1000);`;
  new Worker(watch, { eval: true, env: {} }).unref();
}

if (process.send) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {}); // the parent may still need it
  process.on('message', async (asked: Asked) => process.send?.(await answer(asked)));
  process.send('ready');
  endWithParent();
}
