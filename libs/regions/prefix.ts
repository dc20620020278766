/** Digits that name each level of the Amtlicher Regionalschlüssel, nearest first (Destatis). */
export const prefixLengths = [12, 9, 5, 3, 2] as const;

export const levels = ['gemeinde', 'verband', 'kreis', 'regierungsbezirk', 'land'] as const;
export type Level = (typeof levels)[number];

/** `08111` → `kreis`. `undefined` when no level has that many digits. */
export function levelOf(prefix: string): Level | undefined {
  if (!/^\d+$/.test(prefix)) return undefined;
  return levels[prefixLengths.indexOf(prefix.length as 12)];
}

/** A region and what lies above it, nearest first: 12 → 9 → 5 → 3 → 2 digits. Of a prefix, from that level upwards. */
export function ancestors(ars: string): string[] {
  return prefixLengths.filter((length) => length <= ars.length).map((length) => ars.slice(0, length));
}

/** Does `region` lie in `prefix`, or is it that region itself? Both must name a level. */
export function within(prefix: string, region: string): boolean {
  return levelOf(prefix) !== undefined && levelOf(region) !== undefined && region.startsWith(prefix);
}
