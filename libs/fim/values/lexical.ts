import type { DataType } from '../model.js';

/** The written forms of XSD's simple types, as far as FIM uses them. */

const decimal = /^[+-]?\d{1,30}(\.\d{1,30})?$/;
const integer = /^[+-]?\d{1,15}$/;
/** Money: what a sender may write. */
export const money = /^-?\d{1,13}(\.\d{1,2})?$/;
const day = /^(\d{4})-(\d{2})-(\d{2})$/;
const clock = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?$/;
const zone = /(Z|[+-](0\d|1[0-4]):[0-5]\d)?$/;

export const isDecimal = (text: string) => decimal.test(text);
export const isInteger = (text: string) => integer.test(text);

/** A day of the Gregorian calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const match = day.exec(text);
  if (match === null) return false;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1 || month < 1 || month > 12 || date < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return date <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}

/** `HH:MM:SS`, with fractions. */
export const isClock = (text: string) => clock.test(text);

/** xs:dateTime; the zone may be absent, as forms mean local time. */
export function isMoment(text: string): boolean {
  if (text[10] !== 'T') return false;
  return isDay(text.slice(0, 10)) && isClock(text.slice(11).replace(zone, ''));
}

/** Whether a text can stand for a value of that type, as limit or content. */
export function isLexical(type: DataType, text: string): boolean {
  if (type === 'num' || type === 'num_currency') return isDecimal(text);
  if (type === 'num_int') return isInteger(text);
  if (type === 'date') return isDay(text);
  if (type === 'time') return isClock(text);
  if (type === 'datetime') return isMoment(text);
  return true;
}
