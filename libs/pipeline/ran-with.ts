import type { EffectiveSet } from '#parameters/effective.js';
import type { RanParameter } from '#store/rows.js';

/** What an attempt ran with; goes into its row, so that the delivery can be explained later (P5). */
export interface RanWith {
  adapterVersion: string;
  parameters: RanParameter[];
  /** The versions as one text, to see whether they changed since. */
  parameterSet: string;
  /** Hashes of what it kept before it was sent, by step, for the evidence log. */
  sent?: Record<string, string>;
}

/** Where no parameters were resolved. */
export const ranWithNothing: RanWith = { adapterVersion: '', parameters: [], parameterSet: '' };

/** Effective sets are cached and shared by many attempts, so each is described once. */
const descriptions = new WeakMap<EffectiveSet, Pick<RanWith, 'parameters' | 'parameterSet'>>();

/** Names the version and the origin of each value; of what nobody set, the default that counts. */
export function describe(set: EffectiveSet): Pick<RanWith, 'parameters' | 'parameterSet'> {
  const known = descriptions.get(set);
  if (known) return known;
  const entries: RanParameter[] = Object.entries(set.entries).map(([name, { versionId, region, level }]) => ({
    name,
    versionId,
    region,
    level,
  }));
  const defaults = Object.entries(set.defaults).map(([name, value]) => ({ name, level: 'default' as const, value }));
  const description = { parameters: [...entries, ...defaults], parameterSet: parameterSetOf(set) };
  descriptions.set(set, description);
  return description;
}

/** One text per set of parameter versions. */
export function parameterSetOf(set: EffectiveSet): string {
  return Object.values(set.entries)
    .map((entry) => entry.versionId)
    .sort()
    .join(',');
}
