/** `2026-12-31` → `31.12.2026`. */
export const germanDay = (day: string) => day.split('-').reverse().join('.');

/** A moment that lies on the same day in UTC and in Europe/Berlin. */
export const noonOf = (day: string) => new Date(`${day}T11:00:00Z`);

export function dayBefore(day: string): string {
  const date = noonOf(day);
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}
