// Generated from checkpoint.sql and the migrated schema: change the statements, then npm run sql
import type { Json } from '#submission/vocabulary.js';
import type { Checkpoint } from '../rows.js';
import { json, many, one } from '../statement.js';

export interface KeepCheckpointsParameters {
  checkpoints: Checkpoint[];
  now: Date;
}

export interface KeepCheckpointsRow {
  n: number;
  content: Json;
}

/**
 * Stores what attempts are about to send, and with which parameters and adapter version. `n` is the position in the
 * list. Answers what is now kept under each step (an earlier attempt's bytes win); nothing for an attempt that lost
 * its task, also while this waits for its row: whoever takes a task over ends its attempt in that row.
 */
export const keepCheckpoints = many<KeepCheckpointsParameters, KeepCheckpointsRow>(
  'checkpoint.sql',
  'keep_checkpoints',
  (p) => [json(p.checkpoints), p.now],
  ['n', 'content'],
);

export interface ReadCheckpointParameters {
  submissionId: string;
  name: string;
}

export interface ReadCheckpointRow {
  content: Json;
}

/** `name`: task id, generation and step, joined by colons. */
export const readCheckpoint = one<ReadCheckpointParameters, ReadCheckpointRow>(
  'checkpoint.sql',
  'read_checkpoint',
  (p) => [p.submissionId, p.name],
  ['content'],
);
