import { z } from 'zod';
import type { HttpAnswer, LookupOutcome } from '../../contract.js';
import { readJson } from '../../tools/json.js';
import { texts } from './texts.js';

const source = 'Melderegister';

const replySchema = z.discriminatedUnion('result', [
  z.object({ result: z.literal('found'), attributes: z.record(z.string(), z.json()) }),
  z.object({ result: z.literal('notFound') }),
]);

/** What an answer with 200 means. Only the attributes that were asked for are passed on. */
export function outcomeOf(answer: HttpAnswer, asked: string[]): LookupOutcome {
  const reply = readJson(answer, replySchema);
  if (!reply) return { kind: 'later', reason: { public: texts.lookup.notUnderstood, detail: 'HTTP 200' } };
  if (reply.result === 'notFound') return { kind: 'notFound', source };
  const { attributes } = reply;
  const answered = asked.filter((name) => Object.hasOwn(attributes, name)).map((name) => [name, attributes[name]]);
  return { kind: 'found', attributes: Object.fromEntries(answered), source };
}
