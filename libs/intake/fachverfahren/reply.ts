import { z } from 'zod';
import { misread, Problem } from '#problems/problem.js';
import { documentOf, type NewReply } from '#submission/reply.js';
import { replyStatuses } from '#submission/vocabulary.js';
import { demandSize, fromBase64 } from '../service-bw/files.js';
import type { Limits } from '../service-bw/form.js';
import { parseJson } from '../service-bw/json.js';
import { readMediaType } from '../service-bw/media.js';
import { decode, demandStorable } from '../service-bw/text.js';
import { texts } from '../texts.js';

/** Longest text of a reply, in characters. */
const longestText = 20_000;
const earliest = Date.parse('2000-01-01');
/** How much a sender's clock may be ahead; ms. */
const clockTolerance = 5 * 60_000;

const singleLine = (most: number, error: string) =>
  z.string({ error }).regex(new RegExp(`^\\P{Cc}{1,${most}}$`, 'u'), error);

const document = z.strictObject(
  {
    filename: singleLine(200, texts.reply.filename).regex(/^(?!\.{1,2}$)[^\\/]+$/, texts.reply.filenameWithPath),
    mimetype: z.string({ error: texts.reply.mimetype }).regex(/^[\w.+-]{1,60}\/[\w.+-]{1,60}$/, texts.reply.mimetype),
    contentBase64: z.string({ error: texts.reply.content }),
  },
  { error: texts.reply.document },
);

const schema = (limits: Limits, now: Date) =>
  z.strictObject(
    {
      id: singleLine(200, texts.reply.id),
      status: z.enum(replyStatuses, { error: texts.reply.status(replyStatuses) }),
      text: z
        .string({ error: texts.reply.text })
        .max(longestText, texts.reply.textTooLong(longestText))
        .regex(/^[\P{Cc}\n\r\t]*$/u, texts.reply.controlCharacters)
        .optional(),
      at: z.iso
        .datetime({ offset: true, error: texts.reply.at })
        .transform((text) => new Date(text))
        .refine((at) => at.getTime() >= earliest, texts.reply.otherCentury)
        .refine((at) => at.getTime() <= now.getTime() + clockTolerance, texts.reply.future),
      documents: z
        .array(document, { error: texts.reply.documents })
        .max(limits.files, texts.reply.tooManyDocuments(limits.files))
        .default([]),
    },
    { error: texts.reply.shape },
  );

/**
 * A reply or a callback is JSON. Call this before the body is read.
 * @throws Problem `unsupported-media-type`
 */
export function demandJson(contentType: string | undefined): void {
  const type = readMediaType(contentType);
  if (type?.name !== 'application/json' || !/^(utf-?8)?$/i.test(type.parameters['charset'] ?? ''))
    throw new Problem('unsupported-media-type', texts.media.onlyJson, {}, { accept: 'application/json' });
}

/**
 * Reads what a Fachverfahren posts. `now`: nothing is said in the future.
 * @throws Problem `malformed`, `too-deep`, `too-large`, or `invalid-reply` with everything that is wrong
 */
export function readReply(body: Uint8Array, limits: Limits, now: Date): NewReply {
  const parsed = schema(limits, now).safeParse(
    parseJson(decode(body), { ...limits, depth: Math.min(limits.depth, 8) }),
  );
  if (!parsed.success) throw new Problem('invalid-reply', texts.reply.invalid, misread(parsed.error.issues).members);
  const { id, status, text, at, documents } = parsed.data;
  return {
    externalId: demandStorable(id),
    status,
    ...(text !== undefined && { text: demandStorable(text) }),
    at,
    documents: documents.map(({ filename, mimetype, contentBase64 }) => {
      const bytes = fromBase64(contentBase64);
      demandSize(bytes, limits);
      return documentOf({ filename: demandStorable(filename), mimetype, bytes });
    }),
  };
}
