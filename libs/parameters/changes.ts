import { z } from 'zod';
import { Problem } from '#problems/problem.js';
import { loadRegions } from '#regions/regions.js';
import type { Database } from '#store/database.js';
import {
  appendVersions,
  type NewVersion,
  type ParameterKey,
  parameterHistory,
  type Version,
} from '#store/parameters.js';
import type { Json } from '#submission/vocabulary.js';
import type { Definitions } from './definitions.js';
import { boundaries, inherits, standing } from './resolve.js';
import { seal } from './secrets.js';

/** Who changes it and why; `ifMatch` is the ETag of the history that this person saw. */
export interface By {
  author: string;
  reason: string;
  ifMatch: string | undefined;
}

export interface Setting extends By {
  value: Json;
  /** Default: now. */
  validFrom?: Date | undefined;
  /** Default: until something else is set. */
  validTo?: Date | undefined;
}

/** One row as people see it, with the periods in which it counts: what was written later may have closed it, or a part of it. */
export interface Recorded extends Omit<Version, 'sealed' | 'region' | 'leistung' | 'name' | 'value'> {
  value?: Json;
  /** In place of a secret's value. */
  set?: true;
  /** In place of a value: from here on it inherits again. */
  inherit?: true;
  periods: { from: Date; to?: Date }[];
}

export interface History extends ParameterKey {
  etag: string;
  /** Newest first. */
  versions: Recorded[];
}

export interface Changes {
  history(key: ParameterKey): Promise<History>;
  set(key: ParameterKey, setting: Setting): Promise<History>;
  /** From now on the region inherits this parameter again; what was scheduled later is void. */
  inherit(key: ParameterKey, by: By): Promise<History>;
}

/** The only way to write parameters. Throws {@link Problem}. */
export function openChanges({
  db,
  key,
  definitions,
}: {
  db: Database;
  key: Uint8Array;
  definitions: Definitions;
}): Changes {
  const changes: Changes = {
    async history(where) {
      const rows = await parameterHistory(db, where);
      if (rows.length === 0) defined(definitions, where);
      return historyOf(where, rows);
    },
    async set(where, { value, validFrom, validTo, author, reason, ifMatch }) {
      const now = db.now();
      const version: NewVersion = {
        ...where,
        validFrom: validFrom ?? now,
        author,
        reason,
        ...content(definitions, key, where, value),
      };
      if (validTo) version.validTo = afterStart(version.validFrom, validTo);
      await appendVersions(db, [version], now, (history) => seen(history, ifMatch));
      return changes.history(where);
    },
    async inherit(where, { author, reason, ifMatch }) {
      const now = db.now();
      await appendVersions(db, [{ ...where, validFrom: now, author, reason }], now, (history) => {
        seen(history, ifMatch);
        const later = boundaries(history).some((turn) => turn > now.getTime() && standing(history, new Date(turn)));
        if (!standing(history, now) && !later)
          throw new Problem('not-found', `${where.name} ist hier nicht gesetzt und erbt bereits.`);
      });
      return changes.history(where);
    },
  };
  return changes;
}

/** The state of a history: its newest row. */
export function etagOf(history: { versionId: string }[]): string {
  return `"${history.at(-1)?.versionId ?? 0}"`;
}

/** RFC 9110 §13.1.1: strong comparison, `*` matches. */
function seen(history: Version[], ifMatch: string | undefined): void {
  if (!ifMatch)
    throw new Problem(
      'precondition-required',
      'Bitte zuerst lesen und den ETag als If-Match mitsenden, damit niemand eine fremde Änderung überschreibt.',
    );
  const given = ifMatch.split(',').map((tag) => tag.trim());
  if (given.includes('*') || given.includes(etagOf(history))) return;
  throw new Problem(
    'precondition-failed',
    'Dieser Parameter wurde inzwischen von jemand anderem geändert; bitte neu lesen.',
    { etag: etagOf(history) },
  );
}

function defined(definitions: Definitions, { region, leistung, name }: ParameterKey) {
  if (!loadRegions().region(region))
    throw new Problem('unknown-region', `Die Region ${region.slice(0, 20)} gibt es in Baden-Württemberg nicht.`);
  const found = definitions.matching(name, leistung);
  if (found.length === 0)
    throw new Problem(
      'unknown-parameter',
      'Weder ein Adapter noch der Prozess dieser Leistung kennt einen Parameter dieses Namens.',
    );
  return found;
}

/** The value as it is stored: as it is, or sealed. Throws `unknown-region`, `unknown-parameter`, `invalid-parameter`; no text holds the value. */
export function content(
  definitions: Definitions,
  key: Uint8Array,
  where: ParameterKey,
  value: Json,
): { value: Json } | { sealed: Buffer } {
  const found = defined(definitions, where);
  if (!storable(value))
    throw new Problem(
      'invalid-parameter',
      'Der Wert enthält Zeichen, die sich nicht speichern lassen (NUL oder halbe Surrogate).',
    );
  const issues = found.flatMap(
    ({ schema }) => schema.safeParse(value, { error: z.locales.de().localeError }).error?.issues ?? [],
  );
  if (issues.length > 0) {
    const errors = issues
      .slice(0, 100)
      .map(({ path, message, code }) => ({ pointer: ['/value', ...path.map(String)].join('/'), code, message }));
    throw new Problem('invalid-parameter', `Der Wert passt nicht zu „${found[0]!.title}“: ${errors[0]!.message}`, {
      errors,
    });
  }
  return found.some(({ secret }) => secret) ? { sealed: seal(key, where, value) } : { value };
}

/** PostgreSQL keeps no NUL and no lone surrogate (which JSON writes as `\\ud800`). */
function storable(value: Json): boolean {
  if (typeof value === 'string') return !/[\0\ud800-\udfff]/u.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, item]) => storable(key) && storable(item));
}

function afterStart(validFrom: Date, validTo: Date): Date {
  if (validTo > validFrom) return validTo;
  throw new Problem('invalid-parameter', 'Das Ende der Gültigkeit muss nach ihrem Beginn liegen.', {
    errors: [{ pointer: '/validTo', code: 'order', message: 'Muss nach validFrom liegen' }],
  });
}

function historyOf(where: ParameterKey, rows: Version[]): History {
  const { region, leistung, name } = where;
  return { region, leistung, name, etag: etagOf(rows), versions: rows.map((row) => recorded(row, rows)).reverse() };
}

function recorded(
  { versionId, value, sealed, author, reason, createdAt, validFrom, validTo }: Version,
  history: Version[],
): Recorded {
  const content = sealed
    ? { set: true as const }
    : inherits({ value })
      ? { inherit: true as const }
      : { value: value! };
  const periods = periodsOf(versionId, history);
  const closed = periods[0] ? periods[0].to : validFrom;
  const end = closed ?? validTo;
  return { versionId, ...content, validFrom, ...(end ? { validTo: end } : {}), author, reason, createdAt, periods };
}

/** When this row is the last-written one that covers the time. */
function periodsOf(versionId: string, history: Version[]): { from: Date; to?: Date }[] {
  const counts = (at: Date) =>
    history.findLast((row) => row.validFrom <= at && (!row.validTo || at < row.validTo))?.versionId === versionId;
  const periods: { from: Date; to?: Date }[] = [];
  for (const turn of boundaries(history).map((time) => new Date(time))) {
    const open = periods.at(-1);
    if (counts(turn) && (!open || open.to)) periods.push({ from: turn });
    else if (!counts(turn) && open && !open.to) open.to = turn;
  }
  return periods;
}
