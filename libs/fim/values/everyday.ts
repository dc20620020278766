/** How people write numbers and dates, and how they read them. */

/** `9,50` as `9.50`. A comma and a dot together, as in `1.000,50`, stay as they are: they have two readings. */
export const withPoint = (text: string): string => (/^[+-]?\d+,\d+$/.test(text) ? text.replace(',', '.') : text);

/** `1.2.2020` as `2020-02-01`. */
export function isoDay(text: string): string {
  const [, day, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
  return year === undefined ? text : `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`;
}

export const numberForPeople = (text: string): string => text.replace('.', ',');

/** A date or a dateTime as `01.02.2020` and `01.02.2020, 09:30`; any other text as it is. */
export function momentForPeople(text: string): string {
  const [, year, month, day, time, zone] =
    /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(.*))?$/.exec(text) ?? [];
  if (year === undefined) return text;
  const date = `${day}.${month}.${year}`;
  return time === undefined
    ? date
    : `${date}, ${time}${zone === '' ? '' : ` (${zone === 'Z' ? 'UTC' : `UTC${zone}`})`}`;
}
