import type { SubmissionEnd, TaskState } from './vocabulary.js';

/** What a submission's state depends on in a task of it. */
export interface Contribution {
  state: TaskState;
  outcome: string | null;
  finishedAt: Date | null;
}

/**
 * How a submission with these tasks ended, and when; undefined: it has not. `steps`: how many were planned. This is the
 * definition: the statements write the same into `submission.state` and `ended_at`, and a test holds them equal.
 */
export function endOf(tasks: Contribution[], steps: number): { state: SubmissionEnd; at: Date } | undefined {
  const ended = (state: SubmissionEnd, { finishedAt }: Contribution) => ({ state, at: finishedAt! });
  const discarded = tasks.find((task) => task.state === 'discarded');
  if (discarded) return ended('abandoned', discarded);
  const rejected = tasks.find((task) => task.state === 'dead' && task.outcome === 'rejected');
  if (rejected) return ended('rejected', rejected);
  const last = tasks[steps - 1];
  return last && tasks.every((task) => task.state === 'done') ? ended('delivered', last) : undefined;
}

/** Where a submission stands that has not ended. `attempts`: without polls. */
export function progressOf(tasks: { attempts: number }[]): 'accepted' | 'processing' {
  return tasks.some(({ attempts }) => attempts > 0) ? 'processing' : 'accepted';
}
