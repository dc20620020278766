import { randomUUID } from 'node:crypto';
import type { Processes } from '#processes/processes.js';
import type { Database } from '#store/database.js';
import { readSubject } from '#store/sql/submission.js';
import type { AccessLog } from './access-log.js';
import { pseudonymsIn } from './person.js';
import { texts } from './texts.js';

/** A client is about to see the content of a submission. */
export interface View {
  submissionId: string;
  client: string;
  /** German names of what is shown, never values: `Antragsdaten`, `Bescheid`. */
  what: string[];
  /** As the client states it; nothing personal. */
  reason: string;
  /** For the defaults of this and `legalBasis` see `texts.ts`. */
  purpose?: string;
  legalBasis?: string;
}

export type NoteView = (view: View) => Promise<void>;

/** Await the function before a payload is shown, even if it is only rendered or compared: no view without its entry. */
export function viewer(options: { db: Database; processes: Pick<Processes, 'exact'>; accessLog: AccessLog }): NoteView {
  const { db, processes, accessLog } = options;
  return async ({ submissionId, client, what, reason, purpose, legalBasis }) => {
    const subject = await readSubject(db, { submissionId });
    if (!subject) return;
    const { leistung, ars, caseId, processVersion } = subject;
    const { person } = processes.exact(leistung, processVersion) ?? {};
    await accessLog.write([
      {
        entryId: randomUUID(),
        at: db.now(),
        kind: 'view',
        actor: client,
        authority: ars,
        leistung,
        submissionId,
        caseId,
        attributes: what,
        reason,
        source: 'Stellwerk',
        purpose: purpose ?? texts.purpose,
        legalBasis: legalBasis ?? texts.legalBasis,
        persons: pseudonymsIn(subject, person, accessLog.pseudonyms),
      },
    ]);
  };
}
