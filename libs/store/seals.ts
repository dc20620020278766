import type { Sql } from './database.js';
import {
  foreignEntries,
  type LastSealRow,
  restoredEntries,
  type UnsealedEntriesRow,
  unsealedEntries,
} from './sql/seal.js';

/**
 * What the sealer has seen, in PostgreSQL's texts: whatever was committed before the snapshot `done`. With `goal` it is
 * on its way to that snapshot, and came as far as the entry of this transaction and id.
 */
export type Seen = Omit<LastSealRow, 'size' | 'at' | 'frontier' | 'checkpoint' | 'isRestored'>;

/** Before the first transaction. */
const nothing: Seen = {
  done: '1:1:',
  goal: null,
  afterTx: null,
  afterId: null,
  newestEvent: 0,
  newestAction: 0,
  floorEvent: 0,
  floorAction: 0,
};

export interface Unsealed {
  entries: UnsealedEntriesRow[];
  /** What is seen once these are in the log. */
  seen: Seen;
}

/** The next entries that belong into the log, in its order; at most so many. */
export async function unsealed(
  sql: Sql,
  last: (Seen & { isRestored?: boolean }) | undefined,
  most: number,
): Promise<Unsealed> {
  const before = last ?? nothing;
  if (last ? last.isRestored : (await foreignEntries(sql))!.areThere) return afterRestore(sql, before);
  const entries = await unsealedEntries(sql, { ...positionOf(before), most });
  const newest = entries.at(-1);
  if (!newest) return before.goal === null ? { entries, seen: before } : unsealed(sql, upTo(before, before.goal), most);
  const isCutOff = entries.length === most;
  const seen = isCutOff
    ? { ...before, goal: newest.goal, afterTx: newest.tx, afterId: newest.entry }
    : upTo(before, newest.goal);
  return { entries, seen: { ...seen, ...newestOf(before, entries) } };
}

/**
 * A dump was restored into another server, where transactions have other numbers, perhaps before anything was sealed.
 * From then on its own count, and what the dump held is left aside: ids go on where the dump's ended.
 */
async function afterRestore(sql: Sql, before: Seen): Promise<Unsealed> {
  const entries = await restoredEntries(sql, positionOf(before));
  const [first] = entries;
  if (!first) return { entries, seen: before };
  const old = newestOf(
    before,
    entries.filter(({ isOld }) => isOld),
  );
  const floors = { floorEvent: old.newestEvent, floorAction: old.newestAction };
  return { entries, seen: { ...upTo(before, first.goal), ...newestOf(before, entries), ...floors } };
}

const upTo = (seen: Seen, done: string): Seen => ({ ...seen, done, goal: null, afterTx: null, afterId: null });

function newestOf({ newestEvent, newestAction }: Seen, entries: { entry: number }[]) {
  for (const { entry } of entries) {
    if (entry > newestEvent) newestEvent = entry;
    if (-entry > newestAction) newestAction = -entry;
  }
  return { newestEvent, newestAction };
}

/** A snapshot is `xmin:xmax:xip,…`: what ran then, and from where on transactions had not begun. */
function positionOf({ done, afterTx, afterId, ...seen }: Seen) {
  const [, xmax, running] = done.split(':') as [string, string, string];
  const isBehind = afterTx !== null && BigInt(afterTx) >= BigInt(xmax);
  return {
    ...seen,
    running: running ? running.split(',') : [],
    afterTx: afterTx ?? '0',
    afterId: afterId ?? 0,
    fromTx: isBehind ? afterTx : xmax,
    fromId: isBehind ? afterId! : Number.MIN_SAFE_INTEGER,
  };
}
