import { hash } from 'node:crypto';
import {
  type AccessLogEntry,
  type AccessLogOutcome,
  anyMonthBefore,
  entriesOf,
  forgetMonths,
  insertEntries,
  insertOutcomes,
  openMonths,
  type ReadEntry,
} from '#store/access-log.js';
import { type Database, openDatabase } from '#store/database.js';
import { migrateAccessLog } from '#store/migrate.js';
import { openPseudonyms, type Pseudonyms } from './person.js';

/** The next page begins after this entry. */
export interface PageCursor {
  at: Date;
  id: string;
}

export interface AccessLog {
  pseudonyms: Pseudonyms;
  /** The entries are durable once this resolves. Await it before anything is looked up or shown. */
  write(entries: AccessLogEntry[]): Promise<void>;
  /** Adds what lookups led to; an entry itself never changes. */
  writeOutcomes(outcomes: AccessLogOutcome[]): Promise<void>;
  /**
   * A person's entries of the last two years, newest first; with `regions`, only those on behalf of a municipality
   * below these prefixes. `person`: pseudonyms, one for each key in force.
   */
  of(
    person: readonly string[],
    page: { before: PageCursor; regions: string[] | undefined; limit: number },
  ): Promise<ReadEntry[]>;
  /**
   * Creates the partitions of coming months and deletes entries that are two years old. Returns how many were deleted.
   */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

interface AccessLogOptions {
  db: Database;
  /** A database of its own. */
  url?: string | undefined;
  /** Who owns it; without it, whoever `url` names. */
  ownerUrl?: string | undefined;
  /** Who forgets what is two years old; without it, whoever writes. */
  eraserUrl?: string | undefined;
  /** For pseudonyms, newest first. */
  keys: readonly Uint8Array[];
}

/** Opens the access log in the store's database, or in one of its own (`url`). Its clock is the store's. */
export async function openAccessLog({ db, url, ownerUrl, eraserUrl, keys }: AccessLogOptions): Promise<AccessLog> {
  if (url) await migrateAccessLog(ownerUrl ?? url);
  const own = url ? await openDatabase(url, { max: 4, application: 'access-log', as: 'application' }) : db;
  await openMonths(own, db.now());
  return {
    pseudonyms: openPseudonyms(keys),
    write: (entries) => insertEntries(own, entries),
    writeOutcomes: (outcomes) => insertOutcomes(own, outcomes),
    of: (person, page) => entriesOf(own, { person, since: twoYearsBefore(db.now()), ...page }),
    async sweep() {
      await openMonths(own, db.now());
      const before = twoYearsBefore(db.now());
      if (!(await anyMonthBefore(own, before))) return 0;
      const eraser = eraserUrl ? await openDatabase(eraserUrl, { max: 1, as: 'eraser' }) : own;
      try {
        return await forgetMonths(eraser, before, db.now());
      } finally {
        if (eraser !== own) await eraser.close();
      }
    },
    close: async () => void (url && (await own.close())),
  };
}

/** IDNrG § 9 (3): entries are kept for two years and then deleted at once. */
function twoYearsBefore(now: Date): Date {
  const then = new Date(now);
  then.setUTCFullYear(then.getUTCFullYear() - 2);
  return then;
}

/**
 * The id of an attempt's entry, because each attempt is a lookup of its own. A UUID version 8 (RFC 9562) derived from
 * both.
 */
export function entryIdOf(taskId: string, attempt: number): string {
  const digits = hash('sha256', `${taskId} ${attempt}`).slice(0, 32);
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-8$3-8$4-$5');
}
