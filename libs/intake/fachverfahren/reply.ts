import { z } from 'zod';
import { misread, Problem } from '#problems/problem.js';
import { documentOf, type NewReply } from '#submission/reply.js';
import { replyStatuses } from '#submission/vocabulary.js';
import { demandSize, fromBase64 } from '../service-bw/files.js';
import type { Limits } from '../service-bw/form.js';
import { parseJson } from '../service-bw/json.js';
import { readMediaType } from '../service-bw/media.js';
import { decode, demandStorable } from '../service-bw/text.js';

/** Longest text of a reply, in characters. */
const longestText = 20_000;
const earliest = Date.parse('2000-01-01');
const latest = Date.parse('2100-01-01');

const line = (most: number, error: string) => z.string({ error }).regex(new RegExp(`^\\P{Cc}{1,${most}}$`, 'u'), error);

const document = z.strictObject(
  {
    filename: line(200, 'Ein Dateiname ohne Pfad und Steuerzeichen, höchstens 200 Zeichen.').regex(
      /^(?!\.{1,2}$)[^\\/]+$/,
      'Ein Dateiname hat keinen Pfad.',
    ),
    mimetype: z
      .string({ error: 'Ein Medientyp, zum Beispiel „application/pdf“.' })
      .regex(/^[\w.+-]{1,60}\/[\w.+-]{1,60}$/, 'Ein Medientyp, zum Beispiel „application/pdf“.'),
    contentBase64: z.string({ error: 'Der Inhalt in Base64.' }),
  },
  { error: 'Ein Dokument hat „filename“, „mimetype“ und „contentBase64“, sonst nichts.' },
);

const schema = (limits: Limits) =>
  z.strictObject(
    {
      id: line(200, 'Die eigene Kennung der Antwort: 1 bis 200 Zeichen ohne Steuerzeichen.'),
      status: z.enum(replyStatuses, { error: `Eines von ${replyStatuses.join(', ')}.` }),
      text: z
        .string({ error: 'Ein Text.' })
        .max(longestText, `Höchstens ${longestText} Zeichen.`)
        .regex(/^[\P{Cc}\n\r\t]*$/u, 'Außer Zeilenumbruch und Tabulator keine Steuerzeichen.')
        .optional(),
      at: z.iso
        .datetime({ offset: true, error: 'Ein Zeitpunkt nach ISO 8601 mit Zeitzone.' })
        .transform((text) => new Date(text))
        .refine((at) => at.getTime() >= earliest && at.getTime() < latest, 'Ein Zeitpunkt dieses Jahrhunderts.'),
      documents: z
        .array(document, { error: 'Eine Liste von Dokumenten.' })
        .max(limits.files, `Höchstens ${limits.files} Dokumente.`)
        .default([]),
    },
    { error: 'Ein Objekt mit „id“, „status“, „at“ und, wo es sie gibt, „text“ und „documents“.' },
  );

/** A reply is JSON. Throws {@link Problem} `unsupported-media-type`; to be asked before the body is read. */
export function demandJson(contentType: string | undefined): void {
  const type = readMediaType(contentType);
  if (type?.name !== 'application/json' || !/^(utf-?8)?$/i.test(type.parameters['charset'] ?? ''))
    throw new Problem(
      'unsupported-media-type',
      'Angenommen wird application/json in UTF-8.',
      {},
      { accept: 'application/json' },
    );
}

/** Reads what a Fachverfahren posts. Throws {@link Problem} `malformed`, `too-deep`, `too-large` or, with all that is wrong, `invalid-reply`. */
export function readReply(body: Uint8Array, limits: Limits): NewReply {
  const parsed = schema(limits).safeParse(parseJson(decode(body), { ...limits, depth: Math.min(limits.depth, 8) }));
  if (!parsed.success)
    throw new Problem(
      'invalid-reply',
      'Diese Antwort ist so nicht verständlich.',
      misread(parsed.error.issues).members,
    );
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
