// Generated from stray.sql and the migrated schema: change the statements, then npm run sql
import { exec } from '../statement.js';

export interface KeepStrayParameters {
  strayId: string;
  at: Date;
  queue?: string | null | undefined;
  reason: string;
  body: Uint8Array;
}

/** Keeps a message that nobody could read, for the operator's list. */
export const keepStray = exec<KeepStrayParameters>('stray.sql', 'keep_stray', (p) => [
  p.strayId,
  p.at,
  p.queue,
  p.reason,
  p.body,
]);

export interface DismissStrayParameters {
  actor: string;
  at: Date;
  strayId: string;
}

export const dismissStray = exec<DismissStrayParameters>('stray.sql', 'dismiss_stray', (p) => [
  p.actor,
  p.at,
  p.strayId,
]);
