import { z } from 'zod';
import type { HttpAnswer, LookupOutcome } from '../contract.js';
import { readJson } from '../tools/json.js';
import { retryAfter } from '../tools/outcomes.js';
import { texts } from './texts.js';

const source = 'Nachweisdienst';

/** Milliseconds to wait where the service does not say how long. */
const usualPause = 30_000;

const text = z.string().min(1).max(500);
const replySchema = z.discriminatedUnion('status', [
  z.object({ id: text, status: z.literal('PENDING') }),
  z.object({
    id: text,
    status: z.literal('SUCCESSFUL'),
    nachweis: z.object({
      id: text,
      typ: text,
      aussteller: text,
      ausgestelltAm: z.iso.date(),
      merkmale: z.record(z.string(), z.json()),
      dokument: z.object({ referenz: text, sha256: z.hex(), mimetype: text }).optional(),
    }),
  }),
  z.object({ id: text, status: z.literal('NOT_FOUND') }),
  z.object({ id: text, status: z.enum(['ABORT', 'ERROR']), code: text.optional() }),
]);

/** What an answer with a success means, to a request or to a poll. */
export function outcomeOf(answer: HttpAnswer, now: Date): LookupOutcome {
  const reply = readJson(answer, replySchema);
  switch (reply?.status) {
    case 'PENDING': {
      const askAgainAt = retryAfter(answer, now) ?? new Date(now.getTime() + usualPause);
      return { kind: 'pending', externalReference: reply.id, askAgainAt };
    }
    case 'SUCCESSFUL': {
      const { id: nachweisId, aussteller, ausgestelltAm, merkmale, dokument = null } = reply.nachweis;
      const attributes = { nachweisId, aussteller, ausgestelltAm, merkmale, dokument };
      return { kind: 'found', attributes, source: `${source}: ${aussteller}` };
    }
    case 'NOT_FOUND':
      return { kind: 'notFound', source };
    case 'ABORT':
      return rejected(texts.lookup.aborted, reply.code);
    case 'ERROR':
      return rejected(texts.lookup.failed, reply.code);
    case undefined:
      return { kind: 'later', reason: { public: texts.lookup.notUnderstood, detail: `HTTP ${answer.status}` } };
  }
}

export const rejected = (sentence: string, detail?: string): LookupOutcome => ({
  kind: 'rejected',
  reasons: [{ public: sentence, ...(detail && { detail }) }],
});
