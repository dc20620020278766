import { z } from 'zod';
import { type Principal, type Right, reach } from '#access/rights.js';
import type { DeadFilter } from '#store/dead-letters.js';

const span = /^(\d{1,6})(m|h|d)$/;
const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const age = z
  .union([z.string().regex(span), z.iso.datetime({ offset: true })], {
    error: 'Zeitspanne wie 90m, 72h, 3d oder Zeitpunkt nach ISO 8601',
  })
  .describe('Zeitspanne bis jetzt (90m, 72h, 3d) oder Zeitpunkt (ISO 8601)');

/** What PostgreSQL can store: no control characters, no broken surrogates. */
export const text = z.string().regex(/^(?:[^\p{Cs}\p{Cc}]|\n)+$/u, 'Text ohne Steuerzeichen');

/** Why somebody acts. */
export const sentence = text.trim().min(3, 'Mindestens drei Zeichen').max(500);

export const regionPrefix = z
  .string()
  .regex(/^(\d{2}|\d{3}|\d{5}|\d{9}|\d{12})$/, 'Regionalschlüssel oder sein Anfang: 2, 3, 5, 9 oder 12 Ziffern');

/** Which dead letters: in the address of the list, in the body of a bulk replay. Unknown names are refused, so that a typo never widens the set. */
export const deadLetterFilter = {
  adapter: text.optional().describe('Adapter'),
  leistung: z
    .string()
    .regex(/^99\d{12}$/, 'Leistungsschlüssel: 14 Ziffern, 99 zuerst')
    .optional()
    .describe('Leistungsschlüssel'),
  region: regionPrefix.optional().describe('Regionalschlüssel oder sein Anfang'),
  outcome: text.optional().describe('Ausgang des letzten Versuchs, etwa rejected, exhausted, unknown'),
  reason: text.optional().describe('genau dieser Grund, wie ihn groupBy=cause zeigt'),
  olderThan: age.optional().describe('aufgegeben vor …'),
  newerThan: age.optional().describe('aufgegeben nach …'),
};

export type AskedFilter = z.infer<z.ZodObject<typeof deadLetterFilter>>;

/** What was asked for, as far as `who` reaches. */
export function toDeadFilter(asked: AskedFilter, who: Principal, right: Right, now: Date): DeadFilter {
  const { olderThan, newerThan, ...rest } = asked;
  return {
    ...rest,
    ...(olderThan !== undefined && { diedBefore: moment(olderThan, now) }),
    ...(newerThan !== undefined && { diedAfter: moment(newerThan, now) }),
    ...(regionsOf(who, right) && { reach: regionsOf(who, right)! }),
  };
}

/** The region prefixes that limit `who`; undefined: the whole Land. */
export function regionsOf(who: Principal, right: Right): string[] | undefined {
  return reach(who, right) === 'all' ? undefined : who.regions;
}

function moment(text: string, now: Date): Date {
  const [, count, unit] = span.exec(text) ?? [];
  return unit === undefined
    ? new Date(text)
    : new Date(now.getTime() - Number(count) * units[unit as keyof typeof units]);
}
