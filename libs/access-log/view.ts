import { randomUUID } from 'node:crypto';
import type { Processes } from '#processes/load.js';
import type { Database } from '#store/database.js';
import { readSubject } from '#store/sql/submission.js';
import type { AccessLog } from './access-log.js';
import { personsIn } from './person.js';

/** Somebody is about to be shown what is in a submission. */
export interface View {
  submissionId: string;
  /** The client who asks. */
  client: string;
  /** German names of what is shown, never values: `Antragsdaten`, `Bescheid`. */
  what: string[];
  /** Why, as the client says; nothing personal. */
  reason: string;
  /** Default: processing the submission. */
  purpose?: string;
  legalBasis?: string;
}

export type NoteView = (view: View) => Promise<void>;

/** Await it before a payload is shown, also where it is only rendered or compared: no view without its entry. */
export function viewer(options: { db: Database; processes: Pick<Processes, 'exact'>; accessLog: AccessLog }): NoteView {
  const { db, processes, accessLog } = options;
  return async ({ submissionId, client, what, reason, purpose, legalBasis }) => {
    const subject = await readSubject(db, { submissionId });
    if (!subject) return;
    const { leistung, ars, caseId, processVersion, data, handle } = subject;
    const persons = personsIn(data, processes.exact(leistung, processVersion)?.person);
    await accessLog.write([
      {
        entryId: randomUUID(),
        at: db.now(),
        kind: 'view',
        ...{ actor: client, authority: ars, leistung, submissionId, caseId, attributes: what, reason },
        source: 'Stellwerk',
        purpose: purpose ?? 'Bearbeitung des Antrags',
        legalBasis: legalBasis ?? 'Art. 6 Abs. 1 Buchst. e DSGVO; § 4 LDSG',
        persons: [
          ...persons.map(accessLog.pseudonyms.ofIdentity),
          ...(handle ? [accessLog.pseudonyms.ofHandle(handle)] : []),
        ],
      },
    ]);
  };
}
