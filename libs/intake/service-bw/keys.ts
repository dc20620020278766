import type { Known } from './form.js';

/** `instance` counts from 0 and has at most four digits. */
const instances = /_(?=(\d{1,4})_)/g;

/**
 * Splits `<group>_<n>_<field>` where the process knows both ids; else where it knows the group; else the field; else at
 * the first `_<n>_`. A key without an instance is a field in no group.
 */
export function splitKey(key: string, known: Known): { group: string; instance: number; field: string } {
  let best = { group: '', instance: 0, field: key };
  let rank = known.fields.has(key) ? 2 : 0;
  for (const match of key.matchAll(instances)) {
    const group = key.slice(0, match.index);
    const field = key.slice(match.index + match[1]!.length + 2);
    const itsRank = 1 + (known.fields.has(field) ? 1 : 0) + (known.groups.has(group) ? 2 : 0);
    if (!group || !field || itsRank <= rank) continue;
    best = { group, instance: Number(match[1]), field };
    rank = itsRank;
  }
  return best;
}

/**
 * The id that an XML element's name stands for. Ids that are not XML names (`1st`) arrive escaped, as `_xHHHH_`
 * (ISO 9075-14) or with a `_` in front; the known ids decide which escape applies.
 */
export function idOfElement(name: string, known: ReadonlySet<string>): string {
  if (known.has(name) || !name.includes('_')) return name;
  const decoded = name.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return [decoded, name.replace(/^_/, '')].find((id) => known.has(id)) ?? name;
}
