import { z } from 'zod';
import type { Principal, Right } from '#access/rights.js';
import type { DeadFilter } from '#store/dead-letters.js';
import { leistung, regionPrefix, text } from './fields.js';
import { reachOf } from './regions.js';
import { texts } from './texts.js';

const timeSpan = /^(\d{1,6})(m|h|d)$/;
const milliseconds: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

const age = z
  .union([z.string().regex(timeSpan), z.iso.datetime({ offset: true })], { error: texts.fields.age })
  .describe('Zeitspanne bis jetzt (90m, 72h, 3d) oder Zeitpunkt (ISO 8601)');

/**
 * Which dead letters: the query of the list, and part of the body of a bulk replay. Use it in a strict object, so that
 * a misspelt name is refused instead of widening the set.
 */
export const deadLetterFilter = {
  adapter: text.optional().describe('Adapter'),
  leistung: leistung.optional().describe('Leistungsschlüssel'),
  region: regionPrefix.optional().describe('Regionalschlüssel oder sein Anfang'),
  outcome: text.optional().describe('Ausgang des letzten Versuchs, etwa rejected, exhausted, unknown'),
  reason: text.optional().describe('genau dieser Grund'),
  cause: text.optional().describe('Ursache: ein Schlüssel, wie ihn groupBy=cause zeigt'),
  olderThan: age.optional().describe('aufgegeben vor …'),
  newerThan: age.optional().describe('aufgegeben nach …'),
};

export type DeadLetterFilter = z.infer<z.ZodObject<typeof deadLetterFilter>>;

/** The filter for the store, narrowed to the regions in which `who` has `right`. */
export function toDeadFilter(requested: DeadLetterFilter, who: Principal, right: Right, now: Date): DeadFilter {
  const { olderThan, newerThan, ...rest } = requested;
  const reach = reachOf(who, right);
  return {
    ...rest,
    ...(olderThan !== undefined && { diedBefore: moment(olderThan, now) }),
    ...(newerThan !== undefined && { diedAfter: moment(newerThan, now) }),
    ...(reach && { reach }),
  };
}

function moment(text: string, now: Date): Date {
  const [, count, unit] = timeSpan.exec(text) ?? [];
  return unit === undefined ? new Date(text) : new Date(now.getTime() - Number(count) * milliseconds[unit]!);
}
