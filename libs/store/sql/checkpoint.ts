// Generated from checkpoint.sql and the migrated schema: change the statements, then npm run sql
import type { CheckpointRow } from '../rows.js';
import { json, many, one } from '../statement.js';

export interface KeepCheckpointsParameters {
  checkpoints: CheckpointRow[];
  /** The contents, one behind the other. */
  bytes: Uint8Array;
  now: Date;
}

export interface KeepCheckpointsRow {
  n: number;
  /** Sealed. */
  earlier: Buffer | null;
}

/**
 * Stores what attempts are about to send, and with which parameters and adapter version. `n` is the position in the
 * list. Answers, for each attempt that still holds its task, what an earlier attempt has kept under the step, which
 * then stays: null where there was nothing. Whoever takes a task over ends its attempt in the row for which this waits.
 */
export const keepCheckpoints = many<KeepCheckpointsParameters, KeepCheckpointsRow>(
  'checkpoint.sql',
  'keep_checkpoints',
  (p) => [json(p.checkpoints), p.bytes, p.now],
  ['n', 'earlier'],
);

export interface ReadCheckpointParameters {
  submissionId: string;
  name: string;
}

export interface ReadCheckpointRow {
  content: Buffer;
}

/** `name`: task id, generation and step, joined by colons. */
export const readCheckpoint = one<ReadCheckpointParameters, ReadCheckpointRow>(
  'checkpoint.sql',
  'read_checkpoint',
  (p) => [p.submissionId, p.name],
  ['content'],
);
