import type { Lock } from './lock.js';
import { outliveTerminal, say } from './say.js';
import { onShutdown } from './shutdown.js';
import { Supervisor } from './supervisor.js';

/**
 * Runs `work` and keeps alive what it has given to the supervisor until a signal ends all of it, whatever has become of
 * the terminal. Resolves to the exit code. When `work` rejects before, everything ends, and so does this, with the same
 * error. `texts`: what the person at the terminal reads at the end.
 */
export async function underSupervision(
  lock: Lock | undefined,
  texts: { ending: string; ended: string },
  work: (supervisor: Supervisor) => Promise<void>,
): Promise<number> {
  outliveTerminal();
  const supervisor = new Supervisor(lock, say);
  let finish!: (code: number) => void;
  const finished = new Promise<number>((resolve) => {
    finish = resolve;
  });
  onShutdown(async () => {
    say(texts.ending);
    await supervisor.end();
    say(texts.ended);
    finish(0);
  });
  try {
    await work(supervisor);
  } catch (error) {
    if (supervisor.ending) return finished;
    await supervisor.end();
    throw error;
  }
  return finished;
}
