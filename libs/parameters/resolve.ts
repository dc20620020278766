import { type Level, levelOf } from '#regions/prefix.js';
import type { Version } from '#store/parameters.js';

/** Parameters that are inherited whole or not at all, by full name. */
export interface BoundSet {
  names: ReadonlySet<string>;
  /** Only this level sets them; what another one has set does not count. Absent: every level may. */
  level?: Level;
}

/**
 * Which values count, without a database. `versions` are the rows of one municipality's regions for one Leistung and
 * `*`, oldest first. Within one key the row that was written last counts where periods overlap. Among keys the nearest
 * region wins, and within one region the Leistung's own value beats `*`. Of a bound set the nearest place (region and
 * Leistung) that sets anything gives everything: what it does not set has no value.
 * @returns by name: the version that counts, then those that it hides, nearest first
 */
export function resolve(versions: Version[], at: Date, sets: BoundSet[] = []): Map<string, Version[]> {
  const found = new Map<string, Version[]>();
  for (const name of new Set(versions.map((version) => version.name))) {
    const counting = winners(concerning(name, versions, sets), at, name);
    if (counting.length > 0) found.set(name, counting);
  }
  return found;
}

/** By name: what would be inherited, if not for a nearer place that sets another parameter of the same bound set. */
export function withheld(versions: Version[], at: Date, sets: BoundSet[]): Map<string, Version> {
  const counting = resolve(versions, at, sets);
  const names = sets.flatMap((set) => [...set.names]).filter((name) => !counting.has(name));
  const further = names.flatMap((name) => {
    const rows = concerning(name, versions, sets).filter((version) => version.name === name);
    return winners(rows, at, name)[0] ?? [];
  });
  return new Map(further.map((version) => [version.name, version]));
}

/** The rows that decide about a name: its own, and those of the set that it belongs to. */
export function concerning(name: string, versions: Version[], sets: BoundSet[]): Version[] {
  const set = sets.find(({ names }) => names.has(name));
  if (!set) return versions.filter((version) => version.name === name);
  const { names, level } = set;
  return versions.filter((version) => names.has(version.name) && (!level || levelOf(version.region) === level));
}

/**
 * What counts for one name, then what it hides, nearest first.
 * @param versions those that decide about it: see {@link concerning}
 */
export function winners(versions: Version[], at: Date, name: string): Version[] {
  const histories = [...group(versions, (version) => `${placeOf(version)}/${version.name}`).values()];
  const all = histories.flatMap((history) => standing(history, at) ?? []).sort(nearestFirst);
  const own = all.filter((version) => version.name === name);
  return own[0] && placeOf(own[0]) === placeOf(all[0]!) ? own : [];
}

/** Where a row is set: what is bound together comes from one such place. */
export function placeOf({ region, leistung }: Pick<Version, 'region' | 'leistung'>): string {
  return `${region}/${leistung}`;
}

/** The row of one key that counts at `at`; `undefined` if the key inherits. */
export function standing(history: Version[], at: Date): Version | undefined {
  const last = history.findLast((version) => covers(version, at));
  return last && inherits(last) ? undefined : last;
}

/** Whether a row sets nothing: from its start on, the key inherits again. */
export function inherits(version: { value?: unknown; sealed?: unknown }): boolean {
  return version.value === undefined && version.sealed === undefined;
}

/** The longest period around `at` in which `of` gives the same answer; open ends are `undefined`. */
export function periodOf<T>(
  versions: Version[],
  at: Date,
  of: (versions: Version[], at: Date) => T,
): { from?: Date; to?: Date } {
  const moments = boundaries(versions);
  const answer = of(versions, at);
  const before = moments.filter((moment) => moment <= at.getTime()).reverse();
  const after = moments.filter((moment) => moment > at.getTime());
  const from = before.find((moment) => of(versions, new Date(moment - 1)) !== answer);
  const to = after.find((moment) => of(versions, new Date(moment)) !== answer);
  return { ...(from !== undefined && { from: new Date(from) }), ...(to !== undefined && { to: new Date(to) }) };
}

/** The moments at which the answer may change, in milliseconds, ascending. */
export function boundaries(versions: Version[]): number[] {
  const all = versions.flatMap(({ validFrom, validTo }) =>
    validTo ? [validFrom.getTime(), validTo.getTime()] : [validFrom.getTime()],
  );
  return [...new Set(all)].sort((a, b) => a - b);
}

function nearestFirst(a: Version, b: Version): number {
  return b.region.length - a.region.length || Number(a.leistung === '*') - Number(b.leistung === '*');
}

/** `validFrom` is part of a version's period, `validTo` is not. */
export function covers(version: Version, at: Date): boolean {
  return version.validFrom <= at && (version.validTo === undefined || at < version.validTo);
}

function group(versions: Version[], by: (version: Version) => string): Map<string, Version[]> {
  const groups = new Map<string, Version[]>();
  for (const version of versions) groups.set(by(version), [...(groups.get(by(version)) ?? []), version]);
  return groups;
}
