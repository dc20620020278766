import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { replyStatuses } from '#submission/vocabulary.js';
import { commonRefusals, jsonContent, list, nullable, object, Refusals, text, time, uuid } from './openapi-shapes.js';

/** What `/openapi.json` says about the replies of Fachverfahren. */

const id = (name: string) => ApiParam({ name, schema: { type: 'string', format: 'uuid' } });
const status = { type: 'string', enum: [...replyStatuses] };
const base64 = { type: 'string', format: 'byte' };

const posted = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'status', 'at'],
  properties: {
    id: {
      type: 'string',
      maxLength: 200,
      description: 'Die eigene Kennung; dieselbe noch einmal ist dieselbe Antwort',
    },
    status,
    text: { type: 'string', maxLength: 20_000 },
    at: time,
    documents: list({
      ...object({ filename: text, mimetype: text, contentBase64: base64 }),
      required: ['filename', 'mimetype', 'contentBase64'],
    }),
  },
};

export const DescribeReply = () =>
  applyDecorators(
    ApiTags('Antworten'),
    ApiBearerAuth(),
    ApiOperation({
      summary: 'Ein Fachverfahren antwortet auf einen Antrag, den es bekommen hat',
      description:
        'Das Token nennt die Rolle „fachverfahren“, die Adapter (stellwerk_adapters) und ' +
        'die Regionen (stellwerk_regions), für die es spricht.',
    }),
    id('submissionId'),
    ApiBody({ required: true, schema: posted }),
    ...[201, 200].map((code) =>
      ApiResponse({
        status: code,
        description: code === 201 ? 'Gespeichert' : 'Schon gespeichert',
        content: jsonContent(object({ submissionId: uuid, replyId: uuid, status })),
      }),
    ),
    Refusals({
      ...commonRefusals,
      400: 'Nicht lesbar',
      404: 'Kein Antrag, auf den dieser Zugang antworten darf',
      409: 'Unter dieser id kam schon eine andere Antwort',
      413: 'Zu groß oder zu tief',
      415: 'Kein JSON',
      422: 'Angaben falsch',
    }),
  );

export const DescribeReplyContent = () =>
  applyDecorators(
    ApiTags('Antworten'),
    ApiBearerAuth(),
    ApiOperation({ summary: 'Eine Antwort mit ihrem Text und der Liste ihrer Dokumente' }),
    id('submissionId'),
    id('replyId'),
    ApiResponse({
      status: 200,
      description: 'Antwort',
      content: jsonContent(
        object({
          submissionId: uuid,
          replyId: uuid,
          status,
          at: time,
          receivedAt: time,
          text: nullable(text),
          documents: list(
            object({
              n: { type: 'integer' },
              filename: text,
              mimetype: text,
              size: { type: 'integer' },
              sha256: text,
              self: text,
            }),
          ),
        }),
      ),
    }),
    Refusals({ ...commonRefusals, 404: 'Gibt es nicht, oder gehört einem anderen Client' }),
  );

export const DescribeDocument = () =>
  applyDecorators(
    ApiTags('Antworten'),
    ApiBearerAuth(),
    ApiOperation({ summary: 'Ein Dokument einer Antwort, wie es kam' }),
    id('submissionId'),
    id('replyId'),
    ApiParam({ name: 'n', schema: { type: 'integer', minimum: 1 } }),
    ApiResponse({
      status: 200,
      description: 'Die Bytes; ETag ist ihr SHA-256',
      content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
    }),
    Refusals({ ...commonRefusals, 404: 'Gibt es nicht, ist gelöscht, oder gehört einem anderen Client' }),
  );
