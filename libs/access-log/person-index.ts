import type { Processes } from '#processes/processes.js';
import type { IndexedPersons } from '#store/accept.js';
import { ContentUnreadable } from '#store/codec.js';
import { openedSubject } from '#store/contents.js';
import type { Database } from '#store/database.js';
import { endPersonBacklog, indexPersons as indexRows, submissionsAfter, takePersonBacklog } from '#store/sql/person.js';
import { readSubject } from '#store/sql/submission.js';
import type { Json } from '#submission/vocabulary.js';
import { type Identity, type Pseudonyms, pseudonymsIn } from './person.js';

/** Says under which pseudonyms a submission is found. `paths`: of its process. */
export type PersonsOf = (
  about: { data: Json; handle?: string | null | undefined },
  paths: Identity | undefined,
) => IndexedPersons;

export const personsUnder =
  ({ pseudonyms, version }: { pseudonyms: Pseudonyms; version: number }): PersonsOf =>
  (about, paths) => ({
    keyVersion: version,
    pseudonyms: [...new Set(pseudonymsIn(about, paths, pseudonyms).map(indexed))],
  });

/** Half of a pseudonym tells persons apart as well, in an index of half the size. Hex. */
export const indexed = (pseudonym: string) => pseudonym.slice(0, 32);

/**
 * Puts submissions into the index that were accepted before there was one, in small batches, each of which holds alone:
 * after an interruption it goes on where it was. Of several processes one works. Returns how many it looked at.
 */
export async function indexEarlier(options: {
  db: Database;
  processes: Pick<Processes, 'exact'>;
  personsOf: PersonsOf;
  stop?: AbortSignal;
  batch?: number;
}): Promise<number> {
  let count = 0;
  for (let done = 1; done > 0 && !options.stop?.aborted; count += done) done = await indexBatch(options);
  return count;
}

async function indexBatch({ db, processes, personsOf, batch = 100 }: Parameters<typeof indexEarlier>[0]) {
  return db.transaction(async (sql) => {
    const backlog = await takePersonBacklog(sql);
    if (!backlog) return 0;
    const found = await submissionsAfter(sql, { ...backlog, most: batch });
    const rows: { submissionId: string; pseudonym: Uint8Array }[] = [];
    for (const { submissionId } of found) {
      const subject = await readSubject(sql, { submissionId });
      if (!subject) continue;
      const { person } = processes.exact(subject.leistung, subject.processVersion) ?? {};
      const opened = unlessSpoiled(() => openedSubject(db, submissionId, subject));
      for (const pseudonym of opened ? personsOf(opened, person).pseudonyms : [])
        rows.push({ submissionId, pseudonym: Buffer.from(pseudonym, 'hex') });
    }
    const last = found.at(-1);
    if (!last) await endPersonBacklog(sql);
    else
      await indexRows(sql, {
        submissionIds: rows.map(({ submissionId }) => submissionId),
        pseudonyms: rows.map(({ pseudonym }) => pseudonym),
        keyVersion: personsOf({ data: null }, undefined).keyVersion,
        after: last.submissionId,
      });
    return found.length;
  });
}

/** A missing key may come, and is waited for; bytes that somebody changed hold up nobody else. */
function unlessSpoiled<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof ContentUnreadable && error.why !== 'master-key') return undefined;
    throw error;
  }
}
