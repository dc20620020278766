// Generated from worker.sql and the migrated schema: change the statements, then npm run sql
import { exec, many } from '../statement.js';

export interface BeatParameters {
  worker: string;
  now: Date;
}

/** The worker lives. */
export const beat = exec<BeatParameters>('worker.sql', 'beat', (p) => [p.worker, p.now]);

export interface WorkersRow {
  worker: string;
  beats: number;
}

/** The workers that have not ended in order, and how many signs of life each has given. */
export const workers = many<void, WorkersRow>('worker.sql', 'workers', () => [], ['worker', 'beats']);

export interface EndWorkerParameters {
  worker: string;
}

/** The worker has ended in order. */
export const endWorker = exec<EndWorkerParameters>('worker.sql', 'end_worker', (p) => [p.worker]);

export interface ForgetDeadParameters {
  workers: readonly string[];
}

export interface ForgetDeadRow {
  worker: string;
}

/** Those of the workers of which no task runs any more; their processes have ended. Answers them. */
export const forgetDead = many<ForgetDeadParameters, ForgetDeadRow>('worker.sql', 'forget_dead', (p) => [p.workers], [
  'worker',
]);

export interface ForgetWorkersParameters {
  before: Date;
}

/** Those that are long gone. */
export const forgetWorkers = exec<ForgetWorkersParameters>('worker.sql', 'forget_workers', (p) => [p.before]);
