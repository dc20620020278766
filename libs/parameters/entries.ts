import { type Level, levelOf } from '#regions/prefix.js';
import type { Version } from '#store/parameters.js';
import type { Json } from '#submission/vocabulary.js';
import type { Keys } from './keyring.js';
import { inherits, periodOf, resolve, winners } from './resolve.js';
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

/** The entries that count at `at`, by name. `versions`: see {@link resolve}. */
export function entriesAt(versions: Version[], at: Date): Entries {
  const winnerId = (rows: Version[], moment: Date) => winners(rows, moment)[0]?.versionId;
  const found = [...resolve(versions, at)].map(([name, counting]) => {
    const ofName = versions.filter((version) => version.name === name);
    return [name, entryOf(counting, periodOf(ofName, at, winnerId))] as const;
  });
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
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
