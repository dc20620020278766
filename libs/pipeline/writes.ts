import { forgetLaneFailures } from '#store/sql/lane.js';
import { claimGroup } from './claim.js';
import { grouped } from './grouped.js';
import { recordGroup } from './record.js';
import { checkpointGroup } from './run.js';
import type { Asked, GroupedWrites, Worker } from './worker.js';

/** The grouped writes of one worker. */
export function openWrites(worker: Worker): GroupedWrites {
  const { db, accessLog } = worker;
  return {
    claim: grouped((asked: Asked[]) => claimGroup(worker, asked)),
    checkpoint: grouped((checkpoints) => checkpointGroup(worker, checkpoints)),
    logAccess: grouped(async (entries) => {
      await accessLog.write(entries);
      return entries;
    }),
    logOutcome: grouped(async (outcomes) => {
      await accessLog.writeOutcomes(outcomes);
      return outcomes;
    }),
    record: grouped((records) => recordGroup(worker, records)),
    forgetLaneFailures: grouped(async (lanes: string[]) => {
      await forgetLaneFailures(db, { lanes: [...new Set(lanes)] });
      return lanes;
    }),
  };
}
