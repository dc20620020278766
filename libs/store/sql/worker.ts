// Generated from worker.sql and the migrated schema: change the statements, then npm run sql
import { exec } from '../statement.js';

export interface BeatParameters {
  worker: string;
  now: Date;
}

/** The worker lives. */
export const beat = exec<BeatParameters>('worker.sql', 'beat', (p) => [p.worker, p.now]);

export interface EndWorkerParameters {
  worker: string;
}

/** The worker has ended in order. */
export const endWorker = exec<EndWorkerParameters>('worker.sql', 'end_worker', (p) => [p.worker]);

export interface ForgetWorkersParameters {
  before: Date;
}

/** Those that have long been silent, and their leases long over. */
export const forgetWorkers = exec<ForgetWorkersParameters>('worker.sql', 'forget_workers', (p) => [p.before]);
