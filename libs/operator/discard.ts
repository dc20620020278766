import { discardDead } from '#store/operator.js';
import { type Acted, type Desk, refused } from './replay.js';

/** Gives a dead task up; its submission becomes `abandoned`. The reason is shown to the portal, too. */
export async function discard({ db }: Desk, taskId: string, actor: string, reason: string): Promise<Acted> {
  const discarded = await discardDead(db, taskId, actor, reason, db.now());
  return discarded ? { kind: 'done' } : refused(db, taskId, 'taken');
}
