import { type Level, levelOf } from '#regions/prefix.js';
import type { Version } from '#store/parameters.js';
import type { Json } from '#submission/vocabulary.js';
import type { Keys } from './keyring.js';
import {
  type BoundSet,
  concerning,
  inherits,
  periodOf,
  placeOf,
  resolve,
  standing,
  winners,
  withheld,
} from './resolve.js';
import { unseal } from './secrets.js';

/** Where a value comes from. */
export interface Origin {
  versionId: string;
  region: string;
  level: Level;
  leistung: string;
  /** Absent if the value is secret. */
  value?: Json;
  secret: boolean;
  author: string;
  reason: string;
}

/** The value that counts for one name. */
export interface EffectiveEntry extends Origin {
  /** With `validTo`, the period in which this value counts here, also considering nearer and later values. */
  validFrom?: Date;
  validTo?: Date;
  /** The values that it hides, nearest first. */
  hides: Origin[];
}

export type Entries = Record<string, EffectiveEntry>;

/** The ciphertext of a secret entry. It is no property of the entry, so that no serializer can print it. */
const sealedOf = new WeakMap<EffectiveEntry, Version>();

/** The entries that count at `at`, by name. `versions` and `sets`: see {@link resolve}. */
export function entriesAt(versions: Version[], at: Date, sets: BoundSet[]): Entries {
  const found = [...resolve(versions, at, sets)].map(([name, counting]) => {
    const winnerId = (rows: Version[], moment: Date) => winners(rows, moment, name)[0]?.versionId;
    return [name, entryOf(counting, periodOf(concerning(name, versions, sets), at, winnerId))] as const;
  });
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** By name: what is not inherited, because a nearer place sets another parameter of the same bound set. */
export function withheldAt(versions: Version[], at: Date, sets: BoundSet[]): Record<string, Origin> {
  return Object.fromEntries([...withheld(versions, at, sets)].map(([name, version]) => [name, originOf(version)]));
}

/**
 * The entries of an earlier moment, with the secrets of today: of the same place and name, and nowhere else.
 * @param ran the rows that counted then
 * @param versions the rows that may count today
 * @returns also the names that cannot be had again: the secrets that their place sets no more, and all of a set of
 *   which not everything came from one place
 */
export function entriesAsRan(
  ran: Version[],
  versions: Version[],
  at: Date,
  sets: BoundSet[],
): { entries: Entries; withdrawn: string[] } {
  const today = (then: Version) => {
    if (!then.sealed) return then;
    const history = versions.filter((one) => one.name === then.name && placeOf(one) === placeOf(then));
    const now = standing(history, at);
    return now?.sealed && now;
  };
  const isScattered = ({ name }: Version) => {
    const all = ran.filter((one) => sets.some(({ names }) => names.has(name) && names.has(one.name)));
    return new Set(all.map(placeOf)).size > 1 || all.length > concerning(name, all, sets).length;
  };
  const withdrawn = ran.filter((version) => !today(version) || isScattered(version)).map(({ name }) => name);
  const entries = ran
    .filter(({ name }) => !withdrawn.includes(name))
    .map((version) => [version.name, entryOf([today(version)!])] as const);
  return { entries: Object.fromEntries(entries), withdrawn };
}

/** The entry of the first version, which hides the others. */
export function entryOf([first, ...hidden]: Version[], { from, to }: { from?: Date; to?: Date } = {}): EffectiveEntry {
  const entry: EffectiveEntry = {
    ...originOf(first!),
    ...(from && { validFrom: from }),
    ...(to && { validTo: to }),
    hides: hidden.map(originOf),
  };
  if (first!.sealed) sealedOf.set(entry, first!);
  return entry;
}

function originOf(version: Version): Origin {
  const { versionId, region, leistung, author, reason } = version;
  const secret = version.sealed !== undefined;
  return {
    versionId,
    region,
    level: levelOf(region)!,
    leistung,
    ...(!secret && !inherits(version) && { value: version.value! }),
    secret,
    author,
    reason,
  };
}

/**
 * An entry's value in the clear.
 * @throws SecretUnreadable
 */
export function clearValue(key: Keys, entry: EffectiveEntry): Json {
  if (!entry.secret) return entry.value!;
  const version = sealedOf.get(entry);
  if (!version?.sealed) throw new Error('a secret without its row');
  return unseal(key, version, version.sealed);
}
