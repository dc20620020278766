import { randomUUID } from 'node:crypto';
import type { AccessLog } from '#access-log/access-log.js';
import type { Identity } from '#access-log/person.js';
import { indexed } from '#access-log/person-index.js';
import type { Database } from '#store/database.js';
import { personBacklog, submissionsOfPerson } from '#store/sql/person.js';
import type { Numbers } from '#submission/number.js';
import { texts } from './texts.js';

/** Who asks for whose submissions, and why. */
export interface PersonQuestion {
  person: Identity | { postfachHandleId: string };
  /** Where the asker may look: the ARS of municipalities, or their beginnings. */
  municipalities: string[];
  client: string;
  reason: string;
}

interface Parts {
  db: Database;
  accessLog: Pick<AccessLog, 'pseudonyms' | 'write'>;
  numbers: Pick<Numbers, 'write'>;
}

/**
 * The submissions that are about a person or came from a mailbox, newest first. The question stands in the person's
 * access log before it is answered. `complete`: also what was accepted before there was an index is in it.
 */
export async function findSubmissions(parts: Parts, question: PersonQuestion, most: number) {
  const { db, accessLog, numbers } = parts;
  const { person, municipalities, client, reason } = question;
  const pseudonyms = accessLog.pseudonyms.search(person);
  const { attributes, purpose, legalBasis } = texts.findPerson;
  await accessLog.write(
    municipalities.map((authority) => ({
      entryId: randomUUID(),
      at: db.now(),
      kind: 'view',
      actor: client,
      authority,
      source: 'Stellwerk',
      attributes: [...attributes],
      persons: pseudonyms.slice(0, 1),
      reason,
      purpose,
      legalBasis,
    })),
  );
  const rows = await submissionsOfPerson(db, {
    pseudonyms: pseudonyms.map((pseudonym) => Buffer.from(indexed(pseudonym), 'hex')),
    municipalities,
    most: most + 1,
  });
  return {
    items: rows.slice(0, most).map(({ number, receivedAt, ...row }) => ({
      ...row,
      number: numbers.write(number),
      receivedAt: receivedAt.toISOString(),
    })),
    more: rows.length > most,
    complete: (await personBacklog(db)) === undefined,
  };
}

export type FoundSubmissions = Awaited<ReturnType<typeof findSubmissions>>;
