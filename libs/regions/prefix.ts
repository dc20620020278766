/** How many digits name each level of the Amtlicher Regionalschlüssel, nearest first (Destatis). */
const prefixLengths = [12, 9, 5, 3, 2];

const levels = ['gemeinde', 'verband', 'kreis', 'regierungsbezirk', 'land'] as const;
export type Level = (typeof levels)[number];

/** `08111` → `kreis`; `undefined` if no level has that many digits. */
export function levelOf(prefix: string): Level | undefined {
  if (!/^\d+$/.test(prefix)) return undefined;
  return levels[prefixLengths.indexOf(prefix.length)];
}

/** A region and the levels above it, nearest first: 12 → 9 → 5 → 3 → 2 digits; for a prefix, from its level upwards. */
export function ancestors(ars: string): string[] {
  return prefixLengths.filter((length) => length <= ars.length).map((length) => ars.slice(0, length));
}

/** Whether `region` lies in `prefix` or is the same region. False unless both name a level. */
export function within(prefix: string, region: string): boolean {
  return levelOf(prefix) !== undefined && levelOf(region) !== undefined && region.startsWith(prefix);
}
