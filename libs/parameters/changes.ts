import { z } from 'zod';
import { Problem } from '#problems/problem.js';
import { levelOf, loadRegions } from '#regions/regions.js';
import type { Database } from '#store/database.js';
import {
  appendVersions,
  type NewVersion,
  type ParameterKey,
  parameterHistory,
  type Version,
  versionsFor,
} from '#store/parameters.js';
import type { Json } from '#submission/vocabulary.js';
import type { Definition } from './definition.js';
import type { Definitions } from './definitions.js';
import { etagOf, type History, historyOf } from './history.js';
import type { Keys } from './keyring.js';
import { boundaries, standing } from './resolve.js';
import { seal } from './secrets.js';
import { texts } from './texts.js';

/** Who makes a change, and why. */
export interface Change {
  author: string;
  reason: string;
  /** The ETag of the history that this person saw. */
  ifMatch: string | undefined;
}

export interface NewValue extends Change {
  value: Json;
  /** Default: now. */
  validFrom?: Date | undefined;
  /** Default: until another value is set. */
  validTo?: Date | undefined;
}

/** The other parameters of a bound set, by full name: none of them is inherited where one is set. */
export interface Companions {
  set: string[];
  notSet: string[];
}

export interface Changes {
  history(key: ParameterKey): Promise<History>;
  /** What else belongs to a parameter's bound set, and whether the region sets it at that time. */
  companions(key: ParameterKey, at: Date | undefined): Promise<Companions | undefined>;
  set(key: ParameterKey, change: NewValue): Promise<History>;
  /** From now on the region inherits this parameter again; values that were scheduled for later are void. */
  inherit(key: ParameterKey, change: Change): Promise<History>;
}

/** The only way to write parameters. All methods throw {@link Problem}. */
export function openChanges(options: { db: Database; key: Keys; definitions: Definitions }): Changes {
  const { db, key, definitions } = options;

  async function history(where: ParameterKey): Promise<History> {
    const rows = await parameterHistory(db, where);
    if (rows.length === 0) demandDefined(definitions, where);
    return historyOf(where, rows);
  }

  return {
    history,
    async companions(where, at = db.now()) {
      const boundSet = definitions.boundSets.find(({ names }) => names.has(where.name));
      if (!boundSet) return undefined;
      const { versions } = await versionsFor(db, [where.region], where.leistung);
      const here = versions.filter(({ leistung }) => leistung === where.leistung);
      const names = [...boundSet.names].filter((name) => name !== where.name);
      const isSet = (name: string) =>
        standing(
          here.filter((row) => row.name === name),
          at,
        ) !== undefined;
      return { set: names.filter(isSet), notSet: names.filter((name) => !isSet(name)) };
    },
    async set(where, { value, validFrom, validTo, author, reason, ifMatch }) {
      const now = db.now();
      const content = await checkedContent(definitions, key, where, value);
      const version: NewVersion = { ...where, validFrom: validFrom ?? now, author, reason, ...content };
      if (validTo) version.validTo = demandAfter(version.validFrom, validTo);
      await appendVersions(db, [version], now, (rows) => demandCurrent(rows, ifMatch));
      return history(where);
    },
    async inherit(where, { author, reason, ifMatch }) {
      const now = db.now();
      await appendVersions(db, [{ ...where, validFrom: now, author, reason }], now, (rows) => {
        demandCurrent(rows, ifMatch);
        demandSet(where, rows, now);
      });
      return history(where);
    },
  };
}

/** RFC 9110 §13.1.1: strong comparison, `*` matches. */
function demandCurrent(rows: Version[], ifMatch: string | undefined): void {
  if (!ifMatch) throw new Problem('precondition-required', texts.readFirst);
  const given = ifMatch.split(',').map((tag) => tag.trim());
  if (given.includes('*') || given.includes(etagOf(rows))) return;
  throw new Problem('precondition-failed', texts.changedMeanwhile, { etag: etagOf(rows) });
}

/** A value that counts now or later, since only that can be taken back. */
function demandSet({ name }: ParameterKey, rows: Version[], now: Date): void {
  const later = boundaries(rows).filter((moment) => moment > now.getTime());
  if (!standing(rows, now) && !later.some((moment) => standing(rows, new Date(moment))))
    throw new Problem('not-found', texts.alreadyInherits(name));
}

function demandDefined(definitions: Definitions, { region, leistung, name }: ParameterKey): Definition[] {
  if (!loadRegions().region(region)) throw new Problem('unknown-region', texts.unknownRegion(region));
  const found = definitions.matching(name, leistung);
  if (found.length === 0) throw new Problem('unknown-parameter', texts.unknownParameter);
  return found;
}

function demandAfter(validFrom: Date, validTo: Date): Date {
  if (validTo > validFrom) return validTo;
  throw new Problem('invalid-parameter', texts.endBeforeStart, {
    errors: [{ pointer: '/validTo', code: 'order', message: texts.endBeforeStartField }],
  });
}

/**
 * The value as it is stored: in the clear, or sealed.
 * @throws Problem `unknown-region`, `unknown-parameter` or `invalid-parameter`, none of which holds the value
 */
export async function checkedContent(
  definitions: Definitions,
  key: Keys,
  where: ParameterKey,
  value: Json,
): Promise<{ value: Json } | { sealed: Buffer }> {
  const found = demandDefined(definitions, where);
  demandLevel(found, where);
  if (!storable(value)) throw new Problem('invalid-parameter', texts.unstorable);
  await demandValid(found, value);
  return found.some(({ secret }) => secret) ? { sealed: seal(key, where, value) } : { value };
}

/** Some parameters are set by one level for everybody. */
function demandLevel(definitions: Definition[], { region }: ParameterKey): void {
  const level = definitions.find(({ boundSet }) => boundSet?.level)?.boundSet?.level;
  if (level && levelOf(region) !== level) throw new Problem('invalid-parameter', texts.onlyLand);
}

async function demandValid(definitions: Definition[], value: Json): Promise<void> {
  const found = definitions.map(async ({ schema, judge }) => {
    const { error } = schema.safeParse(value, { error: z.locales.de().localeError });
    return error?.issues ?? (await judge?.(value)) ?? [];
  });
  const issues = (await Promise.all(found)).flat();
  if (issues.length === 0) return;
  const errors = issues
    .slice(0, 100)
    .map(({ path, message, code }) => ({ pointer: ['/value', ...path.map(String)].join('/'), code, message }));
  throw new Problem('invalid-parameter', texts.invalidValue(definitions[0]!.title, errors[0]!.message), { errors });
}

/** PostgreSQL stores neither NUL nor a lone surrogate (which JSON writes as `\\ud800`). */
function storable(value: Json): boolean {
  if (typeof value === 'string') return !/[\0\ud800-\udfff]/u.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, item]) => storable(key) && storable(item));
}
