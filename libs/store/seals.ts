import type { Sql } from './database.js';
import { type LastSealRow, type UnsealedEntriesRow, unsealedEntries } from './sql/seal.js';

/**
 * What the sealer has seen, in PostgreSQL's texts: whatever was committed before the snapshot `done`. With `goal` it is
 * on its way to that snapshot, and came as far as the entry of this transaction and id.
 */
export type Seen = Pick<LastSealRow, 'done' | 'goal' | 'afterTx' | 'afterId'>;

/** Before the first transaction. */
const nothing: Seen = { done: '1:1:', goal: null, afterTx: null, afterId: null };

export interface Unsealed {
  entries: UnsealedEntriesRow[];
  /** What is seen once these are in the log. */
  seen: Seen;
}

/** The next entries that belong into the log, in its order; at most so many. */
export async function unsealed(sql: Sql, last: Seen | undefined, most: number): Promise<Unsealed> {
  const before = last ?? nothing;
  const entries = await unsealedEntries(sql, { ...positionOf(before), most });
  const newest = entries.at(-1);
  if (!newest) return before.goal === null ? { entries, seen: before } : unsealed(sql, reached(before.goal), most);
  const isCutOff = entries.length === most;
  const seen = isCutOff
    ? { done: before.done, goal: newest.goal, afterTx: newest.tx, afterId: newest.entry }
    : reached(newest.goal);
  return { entries, seen };
}

const reached = (done: string): Seen => ({ ...nothing, done });

/** A snapshot is `xmin:xmax:xip,…`: what ran then, and from where on transactions had not begun. */
function positionOf({ done, goal, afterTx, afterId }: Seen) {
  const [, xmax, running] = done.split(':') as [string, string, string];
  const isBehind = afterTx !== null && BigInt(afterTx) >= BigInt(xmax);
  return {
    goal,
    running: running ? running.split(',') : [],
    afterTx: afterTx ?? '0',
    afterId: afterId ?? 0,
    fromTx: isBehind ? afterTx : xmax,
    fromId: isBehind ? afterId! : Number.MIN_SAFE_INTEGER,
  };
}
