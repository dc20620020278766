import { z } from 'zod';
import { toPlain } from '#xoev/plain.js';
import { readXml } from '#xoev/read.js';
import type { AdapterContext, HttpAnswer, Outcome, Reply } from '../contract.js';
import { readJson } from '../tools/json.js';
import { askAgainAt, type Refusal, refusalOf } from '../tools/outcomes.js';
import { credential, type RestParameters } from './parameters.js';
import { texts } from './texts.js';

/** What the answer to a delivery means. */
export function outcomeOf(answer: HttpAnswer, given: RestParameters, context: AdapterContext): Outcome {
  if (answer.status < 200 || answer.status > 299) return refusedBy(answer, given, context.now());
  const externalReference = referenceOf(answer, given.reference);
  if (externalReference && given.statusPath !== undefined)
    return { kind: 'pending', externalReference, askAgainAt: askAgainAt(context, given) };
  if (externalReference) return { kind: 'delivered', externalReference };
  return {
    kind: 'unknown',
    reason: { public: texts.delivery.notUnderstood, detail: `HTTP ${answer.status} without a reference` },
  };
}

/**
 * What an answer other than 2xx means. An nginx that wants a client certificate answers 400 and says so in its page.
 */
export function refusedBy(answer: HttpAnswer, given: RestParameters, now: Date): Refusal {
  if (wantsCertificate(answer))
    return {
      kind: 'misconfigured',
      parameter: 'clientCertificate',
      reason: { public: texts.delivery.certificateRefused, detail: `HTTP ${answer.status}` },
    };
  return refusalOf(answer, { credentials: credential(given), path: 'path' }, now);
}

/** `ngx_http_special_response.c`: „No required SSL certificate was sent“, „The SSL certificate error“. */
export const wantsCertificate = (answer: HttpAnswer) =>
  answer.status === 400 &&
  /<title>400 (No required SSL certificate was sent|The SSL certificate error)/.test(answer.text());

/**
 * The target's own reference, at most 500 characters: what stands where the JSON pointer (RFC 6901) leads in the body,
 * JSON or XML, else the header `Location`.
 */
export function referenceOf(answer: HttpAnswer, pointer: string): string | undefined {
  const value = valueAt(bodyOf(answer), pointer);
  const text = typeof value === 'number' ? String(value) : value;
  const isReference = typeof text === 'string' && text !== '' && text.length <= 500;
  return isReference ? text : answer.headers['location']?.slice(0, 500);
}

function valueAt(body: unknown, pointer: string): unknown {
  const names = pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  let value = body;
  for (const name of names) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

/** Limits for an answer in XML; one that exceeds them is no receipt. */
const limits = { size: 1024 * 1024, depth: 100 };

/** In XML elements by name, prefixes included, and attributes as `@name`, as templates write them. */
function bodyOf(answer: HttpAnswer): unknown {
  const text = answer.text();
  try {
    if (!text.trimStart().startsWith('<')) return JSON.parse(text);
    return toPlain(readXml(text, { ...limits, namespaces: false }));
  } catch {
    return undefined;
  }
}

const replySchema = z.object({
  id: z.string(),
  status: z.enum(['inBearbeitung', 'rueckfrage', 'bescheid']),
  text: z.string().nullish(),
  at: z.iso.datetime({ offset: true }),
  documents: z.array(z.object({ filename: z.string(), mimetype: z.string(), contentBase64: z.base64() })).default([]),
});
const statusSchema = z.object({
  status: z.enum(['pending', 'delivered']),
  replies: z.array(replySchema).default([]),
});

/** What `rest.statusPath` answers with 200. Throws where it cannot be read. */
export function statusOf(answer: HttpAnswer): { status: 'pending' | 'delivered'; replies: Reply[] } {
  const body = readJson(answer, statusSchema);
  if (!body) throw new Error('the status cannot be read');
  return { status: body.status, replies: body.replies.map(replyOf) };
}

function replyOf({ text, at, documents, ...reply }: z.infer<typeof replySchema>): Reply {
  return {
    ...reply,
    ...(text && { text }),
    at: new Date(at).toISOString(),
    documents: documents.map(({ contentBase64, ...document }) => ({
      ...document,
      bytes: Buffer.from(contentBase64, 'base64'),
    })),
  };
}
