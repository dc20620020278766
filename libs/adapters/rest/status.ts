import { z } from 'zod';
import type { AdapterContext, Outcome, Reply } from '../contract.js';
import { askAgainAt } from './again.js';
import { read, refusedBy } from './exchange.js';
import { find } from './find.js';
import { address, type RestParameters } from './parameters.js';

/** How a delivery fares, and what there is to say about it: from `statusPath`, where a region has set it; else whether it is there is all there is to ask. */
export async function status(context: AdapterContext, reference: string, given: RestParameters): Promise<Outcome> {
  if (given.statusPath === undefined) return arrival(context, reference, given);
  const url = address(
    given,
    given.statusPath.replaceAll('{reference}', encodeURIComponent(reference)),
    context.idempotencyKey,
  );
  const said = await read(context, given, url);
  if ('refused' in said) return said.refused;
  const { answer } = said;
  if (answer.status === 404 || answer.status === 410) return later(context, given, reference); // not there yet, or not there any more
  if (answer.status !== 200) return patient(refusedBy(answer, given, context.now()));
  const told = body.safeParse(answer.json());
  if (!told.success) throw new Error('the status cannot be read');
  const replies = told.data.replies.map(replyOf);
  return told.data.status === 'delivered'
    ? { kind: 'delivered', externalReference: reference, replies }
    : { ...later(context, given, reference), replies };
}

const later = (context: AdapterContext, given: RestParameters, externalReference: string) =>
  ({ kind: 'pending', externalReference, askAgainAt: askAgainAt(context, given) }) as const;

async function arrival(context: AdapterContext, externalReference: string, given: RestParameters): Promise<Outcome> {
  const found = await find(context, context.idempotencyKey, given);
  if (found === 'absent') throw new Error('the target no longer knows the delivery');
  return { kind: 'delivered', externalReference };
}

/** That a question is refused says nothing about what was delivered. */
function patient(refusal: Outcome): Outcome {
  if (refusal.kind === 'misconfigured')
    return refusal.parameter === 'path' ? { ...refusal, parameter: 'statusPath' } : refusal;
  return refusal.kind === 'later'
    ? refusal
    : { kind: 'later', reason: { public: 'Das Fachverfahren beantwortet die Frage nach dem Stand nicht.' } };
}

const body = z.object({
  status: z.enum(['pending', 'delivered']),
  replies: z
    .array(
      z.object({
        id: z.string(),
        status: z.enum(['inBearbeitung', 'rueckfrage', 'bescheid']),
        text: z.string().nullish(),
        at: z.iso.datetime({ offset: true }),
        documents: z
          .array(z.object({ filename: z.string(), mimetype: z.string(), contentBase64: z.base64() }))
          .default([]),
      }),
    )
    .default([]),
});

function replyOf({ text, at, documents, ...reply }: z.infer<typeof body>['replies'][number]): Reply {
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
