import { noteAction } from './actions.js';
import type { Database, Sql } from './database.js';
import { keepStray as addStray, dismissStray as dismiss } from './sql/stray.js';

/** Bytes that are kept of a message. */
const mostBytes = 64 * 1024;

/** Keeps a message that could not be read, for the operator's list. At most 64 KiB of it. */
export async function keepStray(
  db: Sql,
  stray: { strayId: string; at: Date; queue: string | null; reason: string; body: Uint8Array },
): Promise<void> {
  await addStray(db, { ...stray, body: stray.body.subarray(0, mostBytes) });
}

/** Takes a stray off the list. False when it is not (or no longer) there. */
export async function dismissStray(
  db: Database,
  strayId: string,
  actor: string,
  reason: string | undefined,
): Promise<boolean> {
  return db.transaction(async (sql) => {
    const at = db.now();
    const wasOpen = (await dismiss(sql, { strayId, actor, at })) === 1;
    if (wasOpen) await noteAction(sql, { at, actor, type: 'stray-dismissed', subject: strayId, reason });
    return wasOpen;
  });
}
