import { WakeLoop } from '#pipeline/wake-loop.js';
import { advanceReplay, nextReplayIn } from '#store/replays.js';
import type { OperatorContext } from './operator.js';

/** Milliseconds after which a console looks whether another one started a job. */
const longestPause = 1000;

export interface ReplayJobs {
  /** A job was started or resumed: look now. */
  wake(): void;
  /** Resolves when the batch under way is committed. */
  stop(): Promise<void>;
}

/**
 * Works off bulk replays, batch by batch, at their rate. All state is in the database: after a restart the work goes on
 * where the last commit was, and several consoles share it without doing anything twice.
 */
export function startReplayJobs({ db, finders }: OperatorContext, onError: (error: unknown) => void): ReplayJobs {
  let stopped = false;
  const loop = new WakeLoop(
    async () => {
      while (!stopped && (await advanceReplay(db, finders)));
      return Math.min((await nextReplayIn(db)) ?? longestPause, longestPause);
    },
    (error) => {
      onError(error);
      return longestPause;
    },
  );
  return {
    wake: () => loop.wake(),
    async stop() {
      stopped = true;
      await loop.close();
    },
  };
}
