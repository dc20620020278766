import { z } from 'zod';
import { replyStatuses } from '#submission/vocabulary.js';
import type { HttpAnswer, LookupOutcome, Outcome, Reason } from '../contract.js';

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
const either = [
  z.object({ kind: z.literal('later'), reason, notBefore: z.date().optional() }),
  z.object({ kind: z.literal('misconfigured'), parameter: z.string().min(1), reason }),
  z.object({ kind: z.literal('unknown'), reason }),
] as const;

/** The closed lists, to hold an adapter to them. */
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
  ...either,
]);
export const lookupOutcomeSchema: z.ZodType<LookupOutcome> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('found'), attributes: z.record(z.string(), json), source: z.string() }),
  z.object({ kind: z.literal('notFound'), source: z.string() }),
  pending,
  rejected,
  ...either,
]);

/** Which parameters an HTTP target's refusals point at, by key. */
export interface Blame {
  credentials: string;
  path: string;
}

/** What a target can say instead of taking a delivery. */
export type Refusal = Exclude<Outcome, { kind: 'delivered' } | { kind: 'pending' }>;

/**
 * What an HTTP answer without a 2xx means: 401/403 point at the credentials, 404/405 at the path, 429 and 5xx at another time, any other 4xx at the data.
 * `unknown` for 1xx–3xx: something between us and the target answered.
 */
export function refusalOf(answer: HttpAnswer, blame: Blame, now: Date): Refusal {
  const { status } = answer;
  const detail = `HTTP ${status}`;
  if (status === 401 || status === 403)
    return {
      kind: 'misconfigured',
      parameter: blame.credentials,
      reason: { public: 'Das Zielsystem nimmt die Zugangsdaten nicht an.', detail },
    };
  if (status === 404 || status === 405)
    return {
      kind: 'misconfigured',
      parameter: blame.path,
      reason: { public: 'Das Zielsystem kennt die Adresse nicht.', detail },
    };
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return {
      kind: 'later',
      reason: { public: 'Das Zielsystem ist überlastet oder gestört.', detail },
      notBefore: retryAfter(answer, now),
    };
  if (status >= 400) return { kind: 'rejected', reasons: reasonsOf(answer) };
  return { kind: 'unknown', reason: { public: 'Das Zielsystem hat unverständlich geantwortet.', detail } };
}

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3). */
export function retryAfter(answer: HttpAnswer, now: Date): Date | undefined {
  const value = answer.headers['retry-after'];
  if (value === undefined) return undefined;
  const at = /^\d+$/.test(value) ? now.getTime() + Number(value) * 1000 : Date.parse(value);
  return Number.isNaN(at) ? undefined : new Date(at);
}

/** Characters of a text from elsewhere; a longer one is nothing for people, and cutting it might hide a name from redaction. */
const longest = 2_000;

/** The target's own words, from problem details (RFC 9457) or `{"errors":[{"message"}]}`; else one general sentence. */
function reasonsOf(answer: HttpAnswer): Reason[] {
  const detail = `HTTP ${answer.status}`;
  const body = problem.safeParse(parsed(answer));
  const said = body.success
    ? [...(body.data.errors?.map((error) => error.message) ?? []), body.data.detail ?? ''].filter(Boolean)
    : [];
  const short = said.filter((text) => text.length <= longest);
  const texts = short.length > 0 ? short.slice(0, 20) : ['Das Zielsystem hat die Angaben abgelehnt.'];
  return texts.map((text) => ({ public: text, detail }));
}

/** Another system's words may name people that the submission does not: addresses and long numbers go. Whole secrets must have gone before. */
export const guarded = (text: string) => text.replace(/\S+@\S+/g, '[…]').replace(/[\d][\d ]{4,}\d/g, '[…]');

const problem = z.object({
  detail: z.string().optional(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

function parsed(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return null;
  }
}
