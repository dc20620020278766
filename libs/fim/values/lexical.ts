import type { DataType } from '../model.js';

/** The written forms of XSD's simple types, as far as FIM uses them. */

const decimal = /^[+-]?\d{1,30}(\.\d{1,30})?$/;
const integer = /^[+-]?\d{1,15}$/;
/** Money: what a sender may write. */
export const money = /^-?\d{1,13}(\.\d{1,2})?$/;
/** Days by month; 29 February is there in every year. Sources without anchors. */
export const daySource =
  '\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|[12]\\d))';
export const clockSource = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?';
export const zoneSource = '(?:Z|[+-](?:0\\d|1[0-4]):[0-5]\\d)?';
const day = new RegExp(`^${daySource}$`);
const clock = new RegExp(`^${clockSource}$`);
const zone = new RegExp(`${zoneSource}$`);

export const isDecimal = (text: string) => decimal.test(text);
export const isInteger = (text: string) => integer.test(text);

/** A day of the Gregorian calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!day.test(text) || text.startsWith('0000')) return false;
  if (!text.endsWith('-02-29')) return true;
  const year = Number(text.slice(0, 4));
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
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
