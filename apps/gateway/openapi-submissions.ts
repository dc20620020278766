import { applyDecorators } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { replyStatuses } from '#submission/vocabulary.js';
import { commonRefusals, jsonContent, list, nullable, object, Refusals, text, time, uuid } from './openapi-shapes.js';

/**
 * What `/openapi.json` says about submissions and processes. It stands apart from the controllers, so that these show
 * the way of a request.
 */

const leistung = {
  name: 'leistung',
  required: true,
  description: 'Leistungsschlüssel',
  schema: { type: 'string', pattern: '^\\d{14}$' },
  example: '99102013104000',
};
const ars = {
  name: 'ars',
  description: 'Regionalschlüssel der Gemeinde',
  schema: { type: 'string', pattern: '^\\d{12}$' },
  example: '081110000000',
};

const file = object({ filename: text, fileAsBase64: { type: 'string', format: 'byte' } });
const value = { oneOf: [text, { type: 'boolean' }, list({ oneOf: [text, file] }), file] };
const fields = { type: 'object', description: 'Schlüssel <Gruppe>_<Instanz ab 0>_<Feld>', additionalProperties: value };
const metadata = object({
  postfachHandleId: text,
  formId: text,
  creationDate: time,
  trustLevel: {
    type: 'string',
    enum: ['niedrig', 'substantiell', 'hoch', ...[1, 2, 3, 4].map((level) => `STORK-QAA-Level-${level}`)],
    description:
      'Wie sicher sich die Person ausgewiesen hat (eIDAS Art. 8 Abs. 2); fehlt es, gilt sie als nicht ausgewiesen',
  },
  pdfApplicantFormBase64: { type: 'string', format: 'byte' },
});
const dump = { oneOf: [object({ metadata, fields }), fields] };
const parts = {
  type: 'object',
  required: ['submission'],
  description: 'Ein Teil „submission“ (JSON oder XML) und beliebig viele Dateien',
  properties: { submission: { type: 'string', format: 'binary' } },
  additionalProperties: { type: 'string', format: 'binary' },
};

const number = { ...nullable(text), description: 'Die Nummer für Menschen', example: 'SW-7K4M-93XT' };
const accepted = object({
  submissionId: uuid,
  number,
  caseId: uuid,
  state: { type: 'string', enum: ['accepted'] },
  self: text,
});
const task = object({
  taskId: uuid,
  step: text,
  adapter: text,
  state: text,
  next: text,
  attempts: { type: 'integer' },
  outcome: nullable(text),
  dueAt: nullable(time),
});
/** What the Fachverfahren said, without its content. */
const reply = object({
  replyId: uuid,
  status: { type: 'string', enum: [...replyStatuses] },
  at: time,
  receivedAt: time,
  documents: { type: 'integer' },
});
const status = object({
  submissionId: uuid,
  number,
  caseId: uuid,
  leistung: text,
  ars: text,
  receivedAt: time,
  state: { type: 'string', enum: ['accepted', 'processing', 'delivered', 'rejected', 'abandoned'] },
  attention: { type: 'boolean', description: 'Ein Mensch wird gebraucht.' },
  tasks: list(task),
  replies: list(reply),
  events: list(object({ at: time, type: text, text })),
});

export const DescribePost = () =>
  applyDecorators(
    ApiTags('Anträge'),
    ApiBearerAuth(),
    ApiOperation({
      summary: 'Übergibt einen Antrag',
      description: '202 heißt: gültig, dauerhaft gespeichert, und von nun an zugestellt oder sichtbar geparkt.',
    }),
    ApiQuery(leistung),
    ApiQuery({ ...ars, required: true }),
    ApiQuery({
      name: 'validateOnly',
      required: false,
      description: 'Sagt, was geschähe, und speichert nichts',
      schema: { type: 'boolean', default: false },
    }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Je Client; gilt sieben Tage. Derselbe Key mit demselben Inhalt bekommt dieselbe Antwort.',
    }),
    ApiConsumes('application/json', 'application/xml', 'multipart/form-data'),
    ApiBody({
      required: true,
      schema: { oneOf: [dump, { type: 'string', format: 'xml', description: '<serviceportal>…' }, parts] },
    }),
    ApiResponse({
      status: 200,
      description: 'Nur geprüft (validateOnly)',
      content: jsonContent(
        object({ valid: { type: 'boolean' }, steps: list({ type: 'object' }), skipped: list({ type: 'object' }) }),
      ),
    }),
    ApiResponse({
      status: 202,
      description: 'Angenommen',
      headers: {
        Location: { schema: { type: 'string' } },
        'Idempotent-Replayed': {
          description: '„true“: dieselbe Antwort wie beim ersten Mal',
          schema: { type: 'string' },
        },
      },
      content: jsonContent(accepted),
    }),
    Refusals({
      ...commonRefusals,
      400: 'Nicht lesbar',
      404: 'Region unbekannt, oder Leistung ohne Prozess und ohne benanntes Fachverfahren',
      409: 'Zwilling mit demselben Idempotency-Key wird gerade angenommen',
      413: 'Zu groß, zu viele Felder oder Dateien, zu tief',
      415: 'Format oder Content-Encoding nicht angenommen',
      422: 'Angaben falsch, oder Idempotency-Key mit anderem Inhalt',
    }),
  );

export const DescribeShow = () =>
  applyDecorators(
    ApiTags('Anträge'),
    ApiBearerAuth(),
    ApiOperation({ summary: 'Stand eines Antrags, ohne seine Daten' }),
    ApiParam({ name: 'submissionId', schema: { type: 'string', format: 'uuid' } }),
    ApiResponse({ status: 200, description: 'Stand, Aufgaben und Ereignisse', content: jsonContent(status) }),
    Refusals({ ...commonRefusals, 404: 'Gibt es nicht, oder kam von einem anderen Client' }),
  );

export const DescribeProcess = () =>
  applyDecorators(
    ApiTags('Prozesse'),
    ApiBearerAuth(),
    ApiOperation({ summary: 'Felder, Typen, Grenzen und Beispiel einer Leistung' }),
    ApiParam(leistung),
    ApiQuery({ ...ars, required: false, description: 'Was in dieser Gemeinde gilt' }),
    ApiResponse({
      status: 200,
      description: 'Beschreibung',
      content: jsonContent(
        object({
          leistung: text,
          title: text,
          version: text,
          universal: { type: 'boolean' },
          fields: list({ type: 'object' }),
          limits: { type: 'object' },
        }),
      ),
    }),
    Refusals({ ...commonRefusals, 400: 'Schlüssel nicht lesbar', 404: 'Region unbekannt, oder hier nicht angeboten' }),
  );
