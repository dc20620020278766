import { hash } from 'node:crypto';
import {
  type AccessLogEntry,
  type AccessLogOutcome,
  entriesOf,
  forgetMonths,
  insertEntries,
  insertOutcomes,
  openMonths,
  type ReadEntry,
} from '#store/access-log.js';
import { type Database, migrateAccessLog, openDatabase } from '#store/database.js';
import { openPseudonyms, type Pseudonyms } from './person.js';

/** Where the next page begins: after this entry. */
export interface Position {
  at: Date;
  id: string;
}

export interface AccessLog {
  pseudonyms: Pseudonyms;
  /** Durable when it resolves: await it before anything is looked up or shown. */
  write(entries: AccessLogEntry[]): Promise<void>;
  tell(outcomes: AccessLogOutcome[]): Promise<void>;
  /** The last two years, newest first. `regions`: only what was done on behalf of one below these prefixes. */
  of(person: string, page: { before: Position; regions: string[] | undefined; limit: number }): Promise<ReadEntry[]>;
  /** Makes months ahead, and forgets those that are two years old. Answers how many entries were forgotten. */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

/** Opens the access log: in the store's database, or in one of its own (`url`). Its clock is the store's. */
export async function openAccessLog(options: {
  db: Database;
  url?: string | undefined;
  key: Uint8Array;
}): Promise<AccessLog> {
  const { db, url, key } = options;
  if (url) await migrateAccessLog(url);
  const own = url ? await openDatabase(url, { max: 4, application: 'access-log' }) : db;
  await openMonths(own, db.now());
  return {
    pseudonyms: openPseudonyms(key),
    write: (entries) => insertEntries(own, entries),
    tell: (outcomes) => insertOutcomes(own, outcomes),
    of: (person, page) => entriesOf(own, { person, since: twoYearsBefore(db.now()), ...page }),
    async sweep() {
      await openMonths(own, db.now());
      return forgetMonths(own, twoYearsBefore(db.now()), db.now());
    },
    close: async () => void (url && (await own.close())),
  };
}

/** IDNrG § 9 (3): two years, then deleted at once. */
export function twoYearsBefore(now: Date): Date {
  const then = new Date(now);
  then.setUTCFullYear(then.getUTCFullYear() - 2);
  return then;
}

/** The id of an attempt's entry: another attempt is another lookup. A UUID (RFC 9562, version 8) of its own making. */
export function entryIdOf(taskId: string, attempt: number): string {
  const digits = hash('sha256', `${taskId} ${attempt}`).slice(0, 32);
  return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-8$3-8$4-$5');
}
