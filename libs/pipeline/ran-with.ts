import type { EffectiveSet } from '#parameters/effective.js';
import type { Json } from '#submission/vocabulary.js';

/** What an attempt ran with; goes into its row, so that the delivery can be explained later (P5). */
export interface RanWith {
  adapterVersion: string;
  /** `[{ name, versionId, region, level }]`. */
  parameters: Json;
  /** The same as one text, to see whether they changed since. */
  parameterSet: string;
}

/** Where no set was resolved. */
export const ranWithNothing: RanWith = { adapterVersion: '', parameters: [], parameterSet: '' };

const descriptions = new WeakMap<EffectiveSet, Pick<RanWith, 'parameters' | 'parameterSet'>>();

/** Names each value's version and origin; the same set is described once. */
export function describe(set: EffectiveSet): Pick<RanWith, 'parameters' | 'parameterSet'> {
  const known = descriptions.get(set);
  if (known) return known;
  const entries = Object.entries(set.entries).map(([name, { versionId, region, level }]) => ({
    name,
    versionId,
    region,
    level,
  }));
  const defaults = Object.entries(set.defaults).map(([name, value]) => ({ name, level: 'default', value }));
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
