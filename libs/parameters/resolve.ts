import type { Version } from '#store/parameters.js';

/**
 * Which values count, without a database. `versions` are the rows of one municipality's regions for one Leistung and
 * `*`, oldest first. Within one key the row that was written last counts where periods overlap. Among keys the nearest
 * region wins, and within one region the Leistung's own value beats `*`.
 * @returns by name: the version that counts, then those that it hides, nearest first
 */
export function resolve(versions: Version[], at: Date): Map<string, Version[]> {
  const found = new Map<string, Version[]>();
  for (const [name, ofName] of group(versions, (version) => version.name)) {
    const counting = winners(ofName, at);
    if (counting.length > 0) found.set(name, counting);
  }
  return found;
}

/** What counts for one name, then what it hides, nearest first. */
export function winners(versions: Version[], at: Date): Version[] {
  const histories = [...group(versions, (version) => `${version.region}/${version.leistung}`).values()];
  return histories.flatMap((history) => standing(history, at) ?? []).sort(nearestFirst);
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
