import { ancestors, type Level, levelOf } from '#regions/prefix.js';
import type { Database } from '#store/database.js';
import { parameterRevision, type Version, versionsById, versionsFor } from '#store/parameters.js';
import type { Json } from '#submission/vocabulary.js';
import type { Definitions } from './definitions.js';
import { boundaries, inherits, periodOf, resolve, winners } from './resolve.js';
import { unseal } from './secrets.js';

/** Where a value comes from. */
export interface Origin {
  versionId: string;
  region: string;
  level: Level;
  leistung: string;
  /** Absent where the value is secret. */
  value?: Json;
  secret: boolean;
  author: string;
  reason: string;
}

export interface EffectiveEntry extends Origin {
  /** The period in which this value counts *here*, nearer and later values considered. */
  validFrom?: Date;
  validTo?: Date;
  /** What it hides, nearest first. */
  hides: Origin[];
}

export interface EffectiveSet {
  ars: string;
  leistung: string;
  at: Date;
  /** The global revision that this set belongs to. */
  revision: string;
  entries: Record<string, EffectiveEntry>;
  /** What nobody set, but its definition has. */
  defaults: Record<string, Json>;
  /** Names without which the process cannot run here. */
  missing: string[];
}

export interface Question {
  /** An ARS, or the prefix of a higher level. */
  ars: string;
  leistung: string;
  /** Default: now. */
  at?: Date | undefined;
  /** `parameter_revision` as read just now: answers from memory when nothing was written since. Read if absent. */
  revision?: string | number | undefined;
}

export interface Parameters {
  definitions: Definitions;
  effective(question: Question): Promise<EffectiveSet>;
  /** The set as a task ran with it. Secrets are always the current ones of that region and Leistung. */
  setByIds(versionIds: string[], question: Question): Promise<EffectiveSet>;
  /** Values by full name, defaults filled in, secrets in the clear: for the adapter and nobody else. Throws `SecretUnreadable`. */
  values(set: EffectiveSet): Record<string, Json>;
}

/** Rows of one (ARS, Leistung), and the set they last gave, good from `from` until `to`. */
interface Known {
  revision: number;
  versions: Version[];
  /** When the newest row was written: what is there was written before now, whatever two clocks say. */
  latest: number;
  set?: EffectiveSet;
  from: number;
  to: number;
}

/** Ciphertexts hang on their entries invisibly: no serializer can print them. */
const sealedOf = new WeakMap<EffectiveEntry, Version>();

/** `follow` is told every revision before it is answered with: what is defined hangs on processes, and those may join while we run. */
export function openParameters({
  db,
  key,
  definitions,
  follow = async () => {},
  capacity = 10_000,
}: {
  db: Database;
  key: Uint8Array;
  definitions: Definitions;
  follow?: (revision: number) => Promise<void>;
  capacity?: number;
}): Parameters {
  const cache = new Map<string, Known>();
  /** Kept as long as their set is: decrypting at every call costs more than all the rest. */
  const opened = new WeakMap<EffectiveSet, Record<string, Json>>();

  const known = async ({ ars, leistung, revision }: Question): Promise<Known> => {
    const place = `${ars}/${leistung}`;
    const found = cache.get(place);
    if (found && found.revision >= Number(revision ?? (await parameterRevision(db)))) return found;
    const read = await versionsFor(db, ancestors(ars), leistung);
    const latest = Math.max(0, ...read.versions.map((version) => version.createdAt.getTime()));
    const fresh = { ...read, latest, from: 0, to: 0 };
    await follow(fresh.revision);
    if (cache.size >= capacity) cache.delete(cache.keys().next().value!);
    cache.delete(place);
    cache.set(place, fresh);
    return fresh;
  };

  const effective = async (question: Question): Promise<EffectiveSet> => {
    const place = await known(question);
    const at = question.at ?? new Date(Math.max(db.now().getTime(), place.latest));
    if (place.set && at.getTime() >= place.from && at.getTime() < place.to) return place.set;
    const entries = entriesOf(place.versions, at);
    const set = complete(
      definitions,
      { ars: question.ars, leistung: question.leistung, at, revision: String(place.revision) },
      entries,
    );
    return Object.assign(place, { set, ...steadyAround(place.versions, at) }).set;
  };

  return {
    definitions,
    effective,
    async setByIds(versionIds, question) {
      const current = await effective(question);
      const ran = (await versionsById(db, versionIds)).filter((version) => !version.sealed);
      const secrets = Object.entries(current.entries).filter(([, entry]) => entry.secret);
      const entries = Object.fromEntries([
        ...ran.map((version): [string, EffectiveEntry] => [version.name, entry([version], {})]),
        ...secrets,
      ]);
      return complete(definitions, current, entries);
    },
    values(set) {
      const known = opened.get(set);
      if (known) return known;
      const shown = Object.entries(set.entries).map(
        ([name, entry]) => [name, entry.secret ? open(key, entry) : entry.value!] as const,
      );
      const values = Object.freeze({ ...set.defaults, ...Object.fromEntries(shown) });
      opened.set(set, values);
      return values;
    },
  };
}

/** The period around `at`, in milliseconds, in which no version begins or ends and no process changes (they change at midnight: a full hour). */
function steadyAround(versions: Version[], at: Date): { from: number; to: number } {
  const hour = 3_600_000;
  const began = Math.floor(at.getTime() / hour) * hour;
  const turns = [began, ...boundaries(versions), began + hour];
  return {
    from: Math.max(...turns.filter((turn) => turn <= at.getTime())),
    to: Math.min(...turns.filter((turn) => turn > at.getTime())),
  };
}

function complete(
  definitions: Definitions,
  about: Pick<EffectiveSet, 'ars' | 'leistung' | 'at' | 'revision'>,
  entries: EffectiveSet['entries'],
): EffectiveSet {
  const given = new Map(Object.entries(entries).map(([name, { value }]) => [name, value]));
  const wanted = definitions.of(about, given);
  const defaults = wanted.filter((definition) => definition.default !== undefined && !given.has(definition.name));
  return {
    ars: about.ars,
    leistung: about.leistung,
    at: about.at,
    revision: about.revision,
    entries,
    defaults: Object.fromEntries(defaults.map((definition) => [definition.name, definition.default!])),
    missing: definitions.missing(about, given),
  };
}

function entriesOf(versions: Version[], at: Date): EffectiveSet['entries'] {
  const found = [...resolve(versions, at)].map(([name, standing]): [string, EffectiveEntry] => {
    const ofName = versions.filter((version) => version.name === name);
    return [
      name,
      entry(
        standing,
        periodOf(ofName, at, (rows, moment) => winners(rows, moment)[0]?.versionId),
      ),
    ];
  });
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function entry([first, ...hidden]: Version[], period: { from?: Date; to?: Date }): EffectiveEntry {
  const { from, to } = period;
  const made: EffectiveEntry = {
    ...origin(first!),
    ...(from ? { validFrom: from } : {}),
    ...(to ? { validTo: to } : {}),
    hides: hidden.map(origin),
  };
  if (first!.sealed) sealedOf.set(made, first!);
  return made;
}

function origin(version: Version): Origin {
  const { versionId, region, leistung, author, reason } = version;
  const shown = version.sealed || inherits(version) ? {} : { value: version.value! };
  return {
    versionId,
    region,
    level: levelOf(region)!,
    leistung,
    ...shown,
    secret: version.sealed !== undefined,
    author,
    reason,
  };
}

function open(key: Uint8Array, entry: EffectiveEntry): Json {
  const version = sealedOf.get(entry);
  if (!version?.sealed) throw new Error('a secret without its row');
  return unseal(key, version, version.sealed);
}
