import type { DataType } from '../model.js';

/** The written forms of XSD's simple types, as far as FIM uses them, and their order. */

const decimal = /^[+-]?\d{1,30}(\.\d{1,30})?$/;
const integer = /^[+-]?\d{1,15}$/;
const money = /^-?\d{1,13}(\.\d{1,2})?$/;

/** Days by month; 29 February is there in every year. Source of an expression, without anchors, like the next two. */
export const daySource =
  '[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|' +
  '02-(?:0[1-9]|[12][0-9]))';
export const timeSource = '(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?';
/** Matches nothing as well: the zone may be absent. */
export const zoneSource = '(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?';
const day = new RegExp(`^${daySource}$`);
const time = new RegExp(`^${timeSource}$`);
const zone = new RegExp(`${zoneSource}$`);

export const isDecimal = (text: string) => decimal.test(text);
/** Up to 15 digits: every such number is exact in JavaScript. */
export const isInteger = (text: string) => integer.test(text);
/** At most two places. */
export const isMoney = (text: string) => money.test(text);

/** A day of the Gregorian calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!day.test(text) || text.startsWith('0000')) return false;
  if (!text.endsWith('-02-29')) return true;
  const year = Number(text.slice(0, 4));
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** `HH:MM:SS`, with fractions. */
export const isTime = (text: string) => time.test(text);

/** xs:dateTime; the zone may be absent, as forms mean local time. */
export function isDateTime(text: string): boolean {
  if (text[10] !== 'T') return false;
  return isDay(text.slice(0, 10)) && isTime(text.slice(11).replace(zone, ''));
}

/** Whether a text is a possible value of that type, as limits and contents must be. */
export function isLexical(type: DataType, text: string): boolean {
  if (type === 'num' || type === 'num_currency') return isDecimal(text);
  if (type === 'num_int') return isInteger(text);
  if (type === 'date') return isDay(text);
  if (type === 'time') return isTime(text);
  if (type === 'datetime') return isDateTime(text);
  return true;
}

/** The order of dates, of times and of dateTimes: as texts, but dateTimes with zones by the instant they name. */
export function isBefore(a: string, b: string): boolean {
  if (a.length <= 10 || b.length <= 10 || (!hasZone(a) && !hasZone(b))) return a < b;
  return instantOf(a) < instantOf(b);
}

export const hasZone = (dateTime: string) => /(Z|[+-]\d\d:\d\d)$/.test(dateTime.slice(10));

/** Milliseconds since 1970 of a date or a dateTime; without a zone it is taken as UTC. */
export const instantOf = (text: string) => Date.parse(text.length === 10 || hasZone(text) ? text : `${text}Z`);
