import { DateTime } from 'luxon';

/**
 * ISO 8601 as people write it: a day (`2027-01-01`, from midnight) or a time; without an offset it is the time in Europe/Berlin.
 * `undefined` for anything else.
 */
export function readMoment(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(T.+)?$/.test(text)) return undefined;
  const read = DateTime.fromISO(text, { zone: 'Europe/Berlin' });
  return read.isValid ? read.toJSDate() : undefined;
}
