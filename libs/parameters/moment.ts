import { DateTime } from 'luxon';

/**
 * Reads ISO 8601: a day (`2027-01-01`, meaning its midnight) or a time. Without an offset, the time is that of
 * Europe/Berlin. `undefined` for anything else.
 */
export function readMoment(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(T.+)?$/.test(text)) return undefined;
  const read = DateTime.fromISO(text, { zone: 'Europe/Berlin' });
  return read.isValid ? read.toJSDate() : undefined;
}
