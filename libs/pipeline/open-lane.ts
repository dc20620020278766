import { openLane, wakeLane } from '#store/sql/lane.js';
import { inBatches } from './batches.js';
import type { Worker } from './worker.js';

/**
 * Opens a lane. What waits is due before it opens: should this worker die in between, the lane is still closed, and the
 * next look goes on. What came to wait meanwhile is due afterwards.
 */
export async function open({ db, log, relay }: Worker, lane: string): Promise<void> {
  const wake = () => inBatches((most) => wakeLane(db, { lane, now: db.now(), most }));
  await wake();
  await openLane(db, { lane, now: db.now() });
  log('lane opened', { lane });
  relay.wake(lane);
  await wake();
}
