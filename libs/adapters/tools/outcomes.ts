import { z } from 'zod';
import { replyStatuses } from '#submission/vocabulary.js';
import type { AdapterContext, HttpAnswer, LookupOutcome, Outcome, Reason } from '../contract.js';
import { readJson } from './json.js';
import { texts } from './texts.js';

const reason = z.object({ public: z.string().min(1), detail: z.string().optional() });
const note = reason.optional();
const json = z.custom<never>();
const replies = z
  .array(
    z.object({
      id: z.string().min(1).max(200),
      status: z.enum(replyStatuses),
      text: z.string().max(20_000).optional(),
      at: z.iso.datetime(),
      documents: z.array(
        z.object({
          filename: z.string().min(1).max(255),
          mimetype: z.string().min(1),
          bytes: z.instanceof(Uint8Array),
        }),
      ),
    }),
  )
  .optional();
const pending = z.object({
  kind: z.literal('pending'),
  externalReference: z.string().min(1).max(500),
  askAgainAt: z.date(),
});
const rejected = z.object({ kind: z.literal('rejected'), reasons: z.array(reason).min(1) });
const common = [
  z.object({ kind: z.literal('later'), reason, notBefore: z.date().optional() }),
  z.object({ kind: z.literal('misconfigured'), parameter: z.string().min(1), reason }),
  z.object({ kind: z.literal('unknown'), reason }),
] as const;

/** The contract's closed lists, as schemas: the core checks every answer of an adapter against them. */
export const outcomeSchema: z.ZodType<Outcome> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('delivered'),
    externalReference: z.string().max(500),
    receipt: json.optional(),
    replies,
    note,
  }),
  pending.extend({ replies, note }),
  rejected.extend({ replies }),
  ...common,
]);
export const lookupOutcomeSchema: z.ZodType<LookupOutcome> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('found'),
    attributes: z.record(z.string(), json),
    source: z.string(),
    ambiguous: z.int().min(1).optional(),
  }),
  z.object({ kind: z.enum(['notFound', 'ambiguous']), source: z.string() }),
  pending,
  rejected,
  ...common,
]);

/** The keys of the parameters that an HTTP target's refusals point at. */
export interface Blame {
  credentials: string;
  path: string;
}

/** Every outcome in which the target has not taken the delivery. */
export type Refusal = Exclude<Outcome, { kind: 'delivered' } | { kind: 'pending' }>;

/**
 * What an HTTP answer other than 2xx means: 401 and 403 blame the credentials, 404 and 405 the path; 408, 425, 429 and
 * 5xx ask for another time, and after a request that changes the target the core takes 500, 502 and 504 for doubt; any
 * other 4xx refuses the data. `unknown` for 1xx to 3xx: something between us and the
 * target answered.
 */
export function refusalOf(answer: HttpAnswer, blame: Blame, now: Date): Refusal {
  const { status } = answer;
  const detail = `HTTP ${status}`;
  if (status === 401 || status === 403)
    return {
      kind: 'misconfigured',
      parameter: blame.credentials,
      reason: { public: texts.refusals.credentials, detail },
    };
  if (status === 404 || status === 405)
    return {
      kind: 'misconfigured',
      parameter: blame.path,
      reason: { public: texts.refusals.path, detail },
    };
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return {
      kind: 'later',
      reason: { public: texts.refusals.busy, detail },
      notBefore: retryAfter(answer, now),
    };
  if (status >= 400) return { kind: 'rejected', reasons: reasonsOf(answer) };
  return { kind: 'unknown', reason: { public: texts.refusals.notUnderstood, detail } };
}

/**
 * The header `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3); undefined where it is neither, or no date at
 * all.
 */
export function retryAfter(answer: HttpAnswer, now: Date): Date | undefined {
  const value = answer.headers['retry-after'];
  if (value === undefined) return undefined;
  const at = new Date(/^\d+$/.test(value) ? now.getTime() + Number(value) * 1000 : Date.parse(value));
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/**
 * Characters. A longer text from another system is not meant for people, and cutting it might hide a name from
 * redaction, so it is left out.
 */
const longest = 2_000;

/** The target's own words, from problem details (RFC 9457) or `{"errors":[{"message"}]}`, else one general sentence. */
function reasonsOf(answer: HttpAnswer): Reason[] {
  const detail = `HTTP ${answer.status}`;
  const { errors = [], detail: summary = '' } = readJson(answer, problem) ?? {};
  const given = [...errors.map(({ message }) => message), summary].filter((text) => text && text.length <= longest);
  const reasons = given.length > 0 ? given.slice(0, 20) : [texts.refusals.data];
  return reasons.map((text) => ({ public: text, detail }));
}

/**
 * Removes mail addresses and long numbers: another system's words may name people whom the submission does not. Call it
 * after redaction: what is left of a secret with digits in it would no longer be recognised.
 */
export const guarded = (text: string) => text.replace(/\S+@\S+/g, '[…]').replace(/[\d][\d ]{4,}\d/g, '[…]');

const problem = z.object({
  detail: z.string().optional(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/** When `status` is asked again after this call. */
export const askAgainAt = ({ now }: Pick<AdapterContext, 'now'>, { pollMinutes }: { pollMinutes: number }) =>
  new Date(now().getTime() + pollMinutes * 60_000);
