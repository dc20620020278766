import type { Version } from '#store/parameters.js';

/**
 * The algebra of DESIGN §6, without a database. `versions` are rows of one municipality's regions and one Leistung (or `*`), oldest first.
 * Within one key the row written last counts where periods overlap; among keys the nearest region wins, and within one region the Leistung's own value.
 */
export function resolve(versions: Version[], at: Date): Map<string, Version[]> {
  const found = new Map<string, Version[]>();
  for (const [name, ofName] of group(versions, (version) => version.name)) {
    const standing = winners(ofName, at);
    if (standing.length > 0) found.set(name, standing);
  }
  return found;
}

/** The row of one key that counts at `at`; `undefined` where the key inherits. */
export function standing(history: Version[], at: Date): Version | undefined {
  const last = history.findLast((version) => covers(version, at));
  return last && inherits(last) ? undefined : last;
}

/** A row that sets nothing: from its start the key inherits again. */
export function inherits(version: { value?: unknown; sealed?: unknown }): boolean {
  return version.value === undefined && version.sealed === undefined;
}

/** The longest period around `at` in which `of` gives the same answer; open ends are `undefined`. */
export function periodOf<T>(
  versions: Version[],
  at: Date,
  of: (versions: Version[], at: Date) => T,
): { from?: Date; to?: Date } {
  const turns = boundaries(versions);
  const answer = of(versions, at);
  const before = turns.filter((turn) => turn <= at.getTime()).reverse();
  const after = turns.filter((turn) => turn > at.getTime());
  const from = before.find((turn) => of(versions, new Date(turn - 1)) !== answer);
  const to = after.find((turn) => of(versions, new Date(turn)) !== answer);
  return { ...(from === undefined ? {} : { from: new Date(from) }), ...(to === undefined ? {} : { to: new Date(to) }) };
}

/** Moments at which the answer may change, in milliseconds, ascending. */
export function boundaries(versions: Version[]): number[] {
  const all = versions.flatMap(({ validFrom, validTo }) =>
    validTo ? [validFrom.getTime(), validTo.getTime()] : [validFrom.getTime()],
  );
  return [...new Set(all)].sort((a, b) => a - b);
}

/** What counts for one name, then what it hides, nearest first. */
export function winners(versions: Version[], at: Date): Version[] {
  const keys = [...group(versions, (version) => `${version.region}/${version.leistung}`).values()];
  return keys.flatMap((history) => standing(history, at) ?? []).sort(nearestFirst);
}

function nearestFirst(a: Version, b: Version): number {
  return b.region.length - a.region.length || Number(a.leistung === '*') - Number(b.leistung === '*');
}

function covers(version: Version, at: Date): boolean {
  return version.validFrom <= at && (version.validTo === undefined || at < version.validTo);
}

function group(versions: Version[], by: (version: Version) => string): Map<string, Version[]> {
  const groups = new Map<string, Version[]>();
  for (const version of versions) groups.set(by(version), [...(groups.get(by(version)) ?? []), version]);
  return groups;
}
