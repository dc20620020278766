import { ancestors } from '#regions/prefix.js';
import type { Database } from '#store/database.js';
import { parameterRevision, type Version, versionsById, versionsFor } from '#store/parameters.js';
import type { Json } from '#submission/vocabulary.js';
import type { Definitions } from './definitions.js';
import { clearValue, type Entries, entriesAsRan, entriesAt, type Origin, withheldAt } from './entries.js';
import type { Keys } from './keyring.js';
import { boundaries } from './resolve.js';
import { SecretUnreadable } from './secrets.js';

/** Everything that counts for one Leistung in one municipality. */
export interface EffectiveSet {
  ars: string;
  leistung: string;
  at: Date;
  /** The global revision that this set belongs to. */
  revision: string;
  entries: Entries;
  /** Values that nobody set but whose definition has a default. */
  defaults: Record<string, Json>;
  /** Names without which the process cannot run here. */
  missing: string[];
  /** By name: what is not inherited, because a nearer place sets another parameter of the same bound set. */
  withheld: Record<string, Origin>;
}

/** A set that ran once. */
export interface RanSet extends EffectiveSet {
  /** Names that cannot be had again, since their secret is no longer set where it was, or came from another place. */
  withdrawn: string[];
}

export interface EffectiveQuery {
  /** An ARS, or the prefix of a higher level. */
  ars: string;
  leistung: string;
  /** Default: now. */
  at?: Date | undefined;
  /**
   * `parameter_revision` as it was just read; if nothing was written since, the answer comes from memory. By default it
   * is read from the database.
   */
  revision?: string | number | undefined;
}

export interface Parameters {
  readonly definitions: Definitions;
  effective(query: EffectiveQuery): Promise<EffectiveSet>;
  /** The set that a task ran with. Secrets are those of today, from the same region and Leistung as then. */
  setByIds(versionIds: string[], query: EffectiveQuery): Promise<RanSet>;
  /**
   * Values by full name, with defaults, secrets in the clear: for the adapter and nobody else. What cannot be decrypted
   * and belongs to another adapter is left out.
   * @throws SecretUnreadable that names the secret
   */
  values(set: EffectiveSet, adapter?: string): Record<string, Json>;
}

export interface ParameterOptions {
  db: Database;
  /** For secrets. */
  key: Keys;
  definitions: Definitions;
  /**
   * Called with every revision before an answer is given from it: definitions depend on processes, and an import may
   * add some while the system runs.
   */
  follow?: (revision: number) => Promise<void>;
  /** How many municipalities and Leistungen are kept in memory. */
  capacity?: number;
}

/** The values, or the first of the adapter's secrets that no key opens. */
export function readableValues(
  parameters: Pick<Parameters, 'values'>,
  set: EffectiveSet,
  adapter: string,
): Record<string, Json> | SecretUnreadable {
  try {
    return parameters.values(set, adapter);
  } catch (error) {
    if (error instanceof SecretUnreadable) return error;
    throw error;
  }
}

export const openParameters = (options: ParameterOptions): Parameters => new CachedParameters(options);

/** The rows of one municipality and Leistung, and the set that they last gave. */
interface CachedRows {
  revision: number;
  versions: Version[];
  /** When the newest row was written, in milliseconds. "Now" is never before that, even if two clocks differ. */
  latestWrite: number;
  set?: EffectiveSet;
  /** `set` holds from `from` until before `to`, in milliseconds. */
  from: number;
  to: number;
}

interface Clear {
  values: Record<string, Json>;
  unreadable: SecretUnreadable[];
}

class CachedParameters implements Parameters {
  readonly definitions: Definitions;
  readonly #db: Database;
  readonly #key: Keys;
  readonly #follow: (revision: number) => Promise<void>;
  readonly #capacity: number;
  readonly #cache = new Map<string, CachedRows>();
  /** Kept as long as their set is: decrypting at every call would cost more than everything else. */
  readonly #values = new WeakMap<EffectiveSet, Clear>();

  constructor({ db, key, definitions, follow = async () => {}, capacity = 10_000 }: ParameterOptions) {
    this.definitions = definitions;
    this.#db = db;
    this.#key = key;
    this.#follow = follow;
    this.#capacity = capacity;
  }

  async effective(query: EffectiveQuery): Promise<EffectiveSet> {
    const rows = await this.#rowsFor(query);
    const at = query.at ?? new Date(Math.max(this.#db.now().getTime(), rows.latestWrite));
    if (rows.set && at.getTime() >= rows.from && at.getTime() < rows.to) return rows.set;
    const { ars, leistung } = query;
    const about = { ars, leistung, at, revision: String(rows.revision) };
    const { boundSets } = this.definitions;
    const withheld = withheldAt(rows.versions, at, boundSets);
    const set = setOf(this.definitions, { ...about, withheld }, entriesAt(rows.versions, at, boundSets));
    Object.assign(rows, { set, ...steadyPeriod(rows.versions, at) });
    return set;
  }

  async setByIds(versionIds: string[], query: EffectiveQuery): Promise<RanSet> {
    const current = await this.effective(query);
    const { versions } = await this.#rowsFor(query);
    const ran = await versionsById(this.#db, versionIds);
    const { entries, withdrawn } = entriesAsRan(ran, versions, current.at, this.definitions.boundSets);
    return { ...setOf(this.definitions, { ...current, withheld: {} }, entries), withdrawn };
  }

  values(set: EffectiveSet, adapter?: string): Record<string, Json> {
    const { values, unreadable } = this.#clear(set);
    const own = unreadable.find(({ parameter }) => adapter === undefined || parameter.startsWith(`${adapter}.`));
    if (own) throw own;
    return values;
  }

  #clear(set: EffectiveSet): Clear {
    const known = this.#values.get(set);
    if (known) return known;
    const unreadable: SecretUnreadable[] = [];
    const inClear = Object.entries(set.entries).flatMap(([name, entry]) => {
      try {
        return [[name, clearValue(this.#key, entry)] as const];
      } catch (error) {
        if (!(error instanceof SecretUnreadable)) throw error;
        unreadable.push(error);
        return [];
      }
    });
    const values = Object.freeze({ ...set.defaults, ...Object.fromEntries(inClear) });
    const clear = { values, unreadable };
    if (unreadable.length === 0) this.#values.set(set, clear); // a key may come back
    return clear;
  }

  async #rowsFor({ ars, leistung, revision }: EffectiveQuery): Promise<CachedRows> {
    const cacheKey = `${ars}/${leistung}`;
    const cached = this.#cache.get(cacheKey);
    if (cached && cached.revision >= Number(revision ?? (await parameterRevision(this.#db)))) return cached;
    const read = await versionsFor(this.#db, ancestors(ars), leistung);
    const latestWrite = Math.max(0, ...read.versions.map((version) => version.createdAt.getTime()));
    const rows = { ...read, latestWrite, from: 0, to: 0 };
    await this.#follow(rows.revision);
    if (this.#cache.size >= this.#capacity) this.#cache.delete(this.#cache.keys().next().value!);
    this.#cache.delete(cacheKey);
    this.#cache.set(cacheKey, rows);
    return rows;
  }
}

/**
 * The period around `at`, in milliseconds, in which no version begins or ends and no process changes. Processes change
 * at midnight; a full hour is short enough for that.
 */
function steadyPeriod(versions: Version[], at: Date): { from: number; to: number } {
  const hour = 3_600_000;
  const began = Math.floor(at.getTime() / hour) * hour;
  const moments = [began, ...boundaries(versions), began + hour];
  return {
    from: Math.max(...moments.filter((moment) => moment <= at.getTime())),
    to: Math.min(...moments.filter((moment) => moment > at.getTime())),
  };
}

function setOf(
  definitions: Definitions,
  about: Pick<EffectiveSet, 'ars' | 'leistung' | 'at' | 'revision' | 'withheld'>,
  entries: Entries,
): EffectiveSet {
  const given = new Map(Object.entries(entries).map(([name, { value }]) => [name, value]));
  const { ars, leistung, at } = about;
  const scope = { ars, leistung, at };
  const defaults = definitions
    .of(scope, given)
    .flatMap(({ name, default: preset }) => (preset === undefined || given.has(name) ? [] : [[name, preset] as const]));
  return {
    ...about,
    entries,
    defaults: Object.fromEntries(defaults),
    missing: definitions.missing(scope, given),
  };
}
