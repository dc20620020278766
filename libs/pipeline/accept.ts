import { insertSubmission } from '#store/accept.js';
import type { Database } from '#store/database.js';
import { type Acceptance, laneOf, type Sender, type Submission } from '#submission/submission.js';
import type { Relay } from './relay.js';

/** Stores a valid submission in one statement and wakes the relay. `accepted` means durable (P1). */
export async function accept(
  { db, relay }: { db: Database; relay: Pick<Relay, 'wake'> },
  submission: Submission,
  sender: Sender,
  skipped: { step: string; reason: string }[] = [],
): Promise<Acceptance> {
  const acceptance = await insertSubmission(db, submission, sender, skipped);
  if (acceptance.kind === 'accepted' && !acceptance.replayed)
    relay.wake(laneOf(submission.steps[0]!.adapter, submission.ars));
  return acceptance;
}
