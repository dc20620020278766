import { randomUUID } from 'node:crypto';
import { WakeLoop } from '#pipeline/wake-loop.js';
import { actionsOn, noteAction } from '#store/actions.js';
import type { Database, Sql } from '#store/database.js';
import { unsealed } from '#store/seals.js';
import { addSeal, type LastSealRow, lastSeal, takeSealing } from '#store/sql/seal.js';
import { entryBytes } from './entry.js';
import { emptyTree, grown, leafHash, rootOf, type Tree } from './merkle.js';
import { isSignedBy, originOf, type Signer, signedCheckpoint, verifierKey } from './note.js';

/** Milliseconds between two looks. */
const everySecond = 1_000;
/** Entries in one batch: what takes the thread 10 ms. */
const batch = 1_000;
const hashBytes = 32;

/**
 * Brings committed entries into the evidence log and signs it, within two seconds. Runs in every worker; where another
 * one seals, this one waits for the next look.
 */
export function startSealer(parts: { db: Database; signer: Signer; onError(error: unknown): void }): {
  close(): Promise<void>;
} {
  const { db, signer, onError } = parts;
  return new WakeLoop(
    async () => ((await sealBatch(db, signer)) === batch ? 0 : everySecond),
    (error) => {
      onError(error);
      return everySecond;
    },
  );
}

/** Seals what is next, all or nothing. Answers how many entries; none where somebody else is sealing. */
export async function sealBatch(db: Database, signer: Signer, most = batch): Promise<number> {
  return db.transaction(async (sql) => {
    if (!(await takeSealing(sql))!.taken) return 0;
    const last = await lastSeal(sql);
    const { entries, seen } = await unsealed(sql, last, most);
    if (entries.length === 0) return 0;
    const leaves = entries.map((entry) => leafHash(entryBytes(entry)));
    const before = last ? treeOf(last) : emptyTree;
    const tree = grown(before, leaves);
    const origin = last ? originOf(last.checkpoint) : `stellwerk/${randomUUID()}`;
    await addSeal(sql, {
      ...seen,
      start: before.size,
      size: tree.size,
      at: db.now(),
      entries: entries.map(({ entry }) => entry),
      leaves: Buffer.concat(leaves),
      frontier: Buffer.concat(tree.frontier),
      checkpoint: signedCheckpoint(signer, { origin, size: tree.size, root: rootOf(tree) }),
    });
    if (!last || !isSignedBy(signer, last.checkpoint)) await noteKey(sql, verifierKey(origin, signer), db.now());
    return entries.length;
  });
}

/** The log itself says which keys sign it, each once: by mistake, hosts may take turns with keys of their own. */
async function noteKey(sql: Sql, subject: string, at: Date): Promise<void> {
  if ((await actionsOn(sql, subject)).length > 0) return;
  await noteAction(sql, { at, actor: 'worker', type: 'evidence-key', subject });
}

function treeOf({ size, frontier }: LastSealRow): Tree {
  const count = frontier.byteLength / hashBytes;
  const at = (n: number) => frontier.subarray(n * hashBytes, (n + 1) * hashBytes);
  return { size, frontier: Array.from({ length: count }, (_, n) => at(n)) };
}
