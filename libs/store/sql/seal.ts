// Generated from seal.sql and the migrated schema: change the statements, then npm run sql
import type { Json } from '#submission/vocabulary.js';
import { exec, many, one } from '../statement.js';

export interface TakeSealingRow {
  taken: boolean;
}

/** One sealer at a time in the whole database; until the transaction ends. */
export const takeSealing = one<void, TakeSealingRow>('seal.sql', 'take_sealing', () => [], ['taken']);

export interface LastSealRow {
  size: number;
  at: Date;
  frontier: Buffer;
  checkpoint: string;
  done: string;
  goal: string | null;
  afterTx: string | null;
  afterId: number | null;
  newestEvent: number;
  newestAction: number;
  floorEvent: number;
  floorAction: number;
  isRestored: boolean;
}

/** `is_restored`: it was written by another server, whose transactions had other numbers. */
export const lastSeal = one<void, LastSealRow>('seal.sql', 'last_seal', () => [], [
  'size',
  'at',
  'frontier',
  'checkpoint',
  'done',
  'goal',
  'afterTx',
  'afterId',
  'newestEvent',
  'newestAction',
  'floorEvent',
  'floorAction',
  'isRestored',
]);

export interface UnsealedEntriesParameters {
  goal?: string | null | undefined;
  running: readonly string[];
  floorEvent: number;
  afterTx: string;
  afterId: number;
  most: number;
  fromTx: string;
  fromId: number;
  floorAction: number;
}

export interface UnsealedEntriesRow {
  /** The id of an event, or minus that of an action. */
  entry: number;
  tx: string;
  at: Date;
  type: string;
  actor: string;
  submissionId: string | null;
  taskId: string | null;
  /** Of an action. */
  subject: string | null;
  data: Record<string, Json>;
  goal: string;
}

/**
 * Committed entries that are not in the log, ordered by transaction and id; at most so many. What was committed before
 * the snapshot `done` is in the log; not so what ran then (`running`), and what began later (from `from_tx` on, behind
 * `from_id`). `goal`: an earlier answer that was cut off goes on behind `after_tx` and `after_id`, up to the same
 * snapshot; null: up to now. `floor_event`, `floor_action`: up to these ids all is in the log.
 */
export const unsealedEntries = many<UnsealedEntriesParameters, UnsealedEntriesRow>(
  'seal.sql',
  'unsealed_entries',
  (p) => [p.goal, p.running, p.floorEvent, p.afterTx, p.afterId, p.most, p.fromTx, p.fromId, p.floorAction],
  ['entry', 'tx', 'at', 'type', 'actor', 'submissionId', 'taskId', 'subject', 'data', 'goal'],
);

export interface ForeignEntriesRow {
  areThere: boolean;
}

/** Whether there are entries whose transaction, by its number, has yet to begin here: they come from another server. */
export const foreignEntries = one<void, ForeignEntriesRow>('seal.sql', 'foreign_entries', () => [], ['areThere']);

export interface RestoredEntriesParameters {
  newestEvent: number;
  floorEvent: number;
  running: readonly string[];
  afterTx: string;
  afterId: number;
  fromTx: string;
  fromId: number;
  newestAction: number;
  floorAction: number;
}

export interface RestoredEntriesRow {
  entry: number;
  tx: string;
  at: Date;
  type: string;
  actor: string;
  submissionId: string | null;
  taskId: string | null;
  subject: string | null;
  data: Record<string, Json>;
  goal: string;
  /** By its number, its transaction has yet to begin in this server. */
  isOld: boolean;
}

/**
 * All entries that are not in the log, after a dump was restored into another server: what the old one had not sealed
 * by the numbers of its transactions, and what has been written since, whose ids are behind the highest in the log.
 */
export const restoredEntries = many<RestoredEntriesParameters, RestoredEntriesRow>(
  'seal.sql',
  'restored_entries',
  (p) => [
    p.newestEvent,
    p.floorEvent,
    p.running,
    p.afterTx,
    p.afterId,
    p.fromTx,
    p.fromId,
    p.newestAction,
    p.floorAction,
  ],
  ['entry', 'tx', 'at', 'type', 'actor', 'submissionId', 'taskId', 'subject', 'data', 'goal', 'isOld'],
);

export interface AddSealParameters {
  start: number;
  size: number;
  at: Date;
  entries: readonly number[];
  leaves: Uint8Array;
  frontier: Uint8Array;
  checkpoint: string;
  done: string;
  goal?: string | null | undefined;
  afterTx?: string | null | undefined;
  afterId?: number | null | undefined;
  newestEvent: number;
  newestAction: number;
  floorEvent: number;
  floorAction: number;
}

export const addSeal = exec<AddSealParameters>('seal.sql', 'add_seal', (p) => [
  p.start,
  p.size,
  p.at,
  p.entries,
  p.leaves,
  p.frontier,
  p.checkpoint,
  p.done,
  p.goal,
  p.afterTx,
  p.afterId,
  p.newestEvent,
  p.newestAction,
  p.floorEvent,
  p.floorAction,
]);

export interface OldestTransactionRow {
  transaction: string | null;
  since: Date | null;
  seesAll: boolean;
}

/**
 * Which transaction of this database has been open longest, as far as this user may see it, prepared ones included;
 * null: none. `sees_all`: those of every user.
 */
export const oldestTransaction = one<void, OldestTransactionRow>('seal.sql', 'oldest_transaction', () => [], [
  'transaction',
  'since',
  'seesAll',
]);

export interface KeptStepsParameters {
  taskId: string;
}

export interface KeptStepsRow {
  submissionId: string;
  wrapped: Buffer | null;
  step: string;
  name: string;
  content: Buffer;
}

/** What a task's generation has kept before it was sent. */
export const keptSteps = many<KeptStepsParameters, KeptStepsRow>('seal.sql', 'kept_steps', (p) => [p.taskId], [
  'submissionId',
  'wrapped',
  'step',
  'name',
  'content',
]);
