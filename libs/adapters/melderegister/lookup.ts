import type { AdapterContext, LookupOutcome, LookupRequest } from '../contract.js';
import { refusalOf } from '../tools/outcomes.js';
import { outcomeOf, read } from './answers.js';
import { ask } from './client.js';
import { personsOf, write } from './mapping.js';
import { credential, type MelderegisterParameters, missing } from './parameters.js';
import { texts } from './texts.js';

/** Asks about all persons of the request in one message. */
export async function lookup(
  context: AdapterContext,
  request: LookupRequest,
  given: MelderegisterParameters,
): Promise<LookupOutcome> {
  const absent = missing(given);
  if (absent) return { kind: 'misconfigured', parameter: absent, reason: { public: texts.credentialsMissing } };
  const persons = personsOf(request.subject);
  if (!persons) return rejected(texts.lookup.subjectIncomplete);
  const uuid = context.idempotencyKey;
  const own = `ags:${request.ars.slice(0, 5)}${request.ars.slice(9)}`;
  const header = { uuid, at: context.now(), reader: given.reader ?? own, author: given.author ?? own };
  const reply = await ask(context, given, '/datenabruf', {
    method: 'POST',
    headers: { 'content-type': 'application/xml', accept: 'application/xml' },
    body: write(header, persons, request),
  });
  if (reply.status !== 200) return refusalOf(reply, { credentials: credential(given), path: 'baseUrl' }, context.now());
  const answer = read(reply.text(), uuid, persons.length);
  if (!answer) return { kind: 'later', reason: { public: texts.lookup.notUnderstood, detail: 'HTTP 200' } };
  if ('refused' in answer) return rejected(texts.lookup.refused, answer.refused);
  return outcomeOf(answer.hits, request);
}

const rejected = (text: string, detail?: string): LookupOutcome => ({
  kind: 'rejected',
  reasons: [{ public: text, ...(detail && { detail }) }],
});
