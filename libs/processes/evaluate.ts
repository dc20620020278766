import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Answered, Asked } from './evaluation-process.js';

/** Of the process, in megabytes; a form with 5000 fields and its message take a tenth. */
const memory = ['--max-old-space-size=160', '--max-semi-space-size=8'];
/** Milliseconds after which a process that nobody needs is ended. */
const idleFor = 10_000;

let last: Promise<unknown> = Promise.resolve();

/**
 * Evaluates an expression in a process of its own, one after the other. JSONata's limits do not hold inside its
 * functions, where a regular expression may run for minutes and a call may take a gigabyte: a process that exceeds its
 * time or memory is ended, and the next expression gets a new one. A thread would not do: V8 ends the whole process
 * where a single allocation exceeds a thread's limit.
 */
export function evaluate(asked: Asked): Promise<Answered> {
  const evaluated = last.then(() => evaluateNow(asked));
  last = evaluated.catch(() => {});
  return evaluated;
}

let kept: { child: ChildProcess; idle?: NodeJS.Timeout } | undefined;

async function evaluateNow(asked: Asked): Promise<Answered> {
  kept ??= { child: await start() };
  const { child, idle } = kept;
  clearTimeout(idle);
  hold(child, true);
  const answered = await answerOf(child, asked).catch((error) => {
    end(child);
    throw error;
  });
  if ('code' in answered && answered.code.startsWith('LIMIT_')) end(child);
  else {
    hold(child, false);
    kept.idle = setTimeout(end, idleFor, child).unref();
  }
  return answered;
}

function end(child: ChildProcess): void {
  kept = undefined;
  child.kill('SIGKILL');
}

/** Whether this process stays for it. */
function hold(child: ChildProcess, held: boolean): void {
  child[held ? 'ref' : 'unref']();
  child.channel?.[held ? 'ref' : 'unref']();
}

/** It sees no environment variables: there are secrets among them. */
async function start(): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./evaluation-process.js', import.meta.url)), {
    execArgv: memory,
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.on('error', () => {}); // whoever waits for an answer gets it
  child.once('exit', () => {
    if (kept?.child === child) kept = undefined;
  });
  await Promise.race([once(child, 'message'), exitOf(child)]);
  return child;
}

/** JSONata ends by itself in time wherever it looks at the clock; what does not is ended after twice the time. */
async function answerOf(child: ChildProcess, asked: Asked): Promise<Answered> {
  const answered = new AbortController();
  const { signal } = answered;
  try {
    child.send(asked);
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as Answered),
      exitOf(child, signal),
      pause(2 * asked.timeout, { code: 'LIMIT_TIME' }, { signal }),
    ]);
  } finally {
    answered.abort();
  }
}

/** V8 aborts where the memory does not suffice. Any other end has nothing to do with the expression. */
async function exitOf(child: ChildProcess, signal?: AbortSignal): Promise<Answered> {
  const [code, killedBy] = await once(child, 'exit', signal ? { signal } : {});
  if (killedBy === 'SIGABRT') return { code: 'LIMIT_MEMORY' };
  throw new Error(`the evaluation ended with ${killedBy ?? code}`);
}
