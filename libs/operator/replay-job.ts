import { advanceReplay, nextReplayIn } from '#store/replays.js';
import type { Desk } from './replay.js';

/** Longest pause before looking whether another console started a job. */
const patience = 1000;

/**
 * Works off bulk replays, batch by batch, at their rate. All its state is in the database: a restart goes on where the last commit was, and several
 * consoles share the work without doubling it.
 */
export class ReplayJobs {
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly desk: Desk,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Looks now: at start, and after a job was started or resumed. */
  wake(): void {
    if (this.stopped || this.working) return;
    clearTimeout(this.timer);
    this.working = this.work().then((pause) => {
      this.working = undefined;
      if (!this.stopped) this.timer = setTimeout(() => this.wake(), pause).unref();
    });
  }

  /** Resolves when the batch under way is committed. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.working;
  }

  /** Sends what is due; resolves with the milliseconds to wait. */
  private async work(): Promise<number> {
    try {
      while (!this.stopped && (await advanceReplay(this.desk.db, this.desk.finders)));
      return Math.min((await nextReplayIn(this.desk.db)) ?? patience, patience);
    } catch (error) {
      this.onError(error);
      return patience;
    }
  }
}
