import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { commonRefusals, jsonContent, nullable, object, Refusals, text, time } from './openapi-shapes.js';

/** What `/openapi.json` says about the address at which a portal hears of news. */

const callback = object({ url: text, since: time, failures: { type: 'integer' }, reason: nullable(text) });
const posted = { ...object({ url: text, secret: text }), required: ['url', 'secret'], additionalProperties: false };
const called = object({ result: { type: 'string', enum: ['informed', 'failed', 'ended'] }, reason: text });

const summaries = {
  put: 'Hinterlegt die Adresse, an der das Portal von Neuem erfahren will',
  show: 'Die hinterlegte Adresse, ohne das Geheimnis',
  drop: 'Beendet die Benachrichtigung',
  test: 'Ruft das Portal einmal auf, ohne Neues',
};

const state = { status: 200, description: 'Stand', content: jsonContent(callback) };
const answers = {
  put: state,
  show: state,
  drop: { status: 204, description: 'Beendet' },
  test: { status: 200, description: 'Was der Aufruf ergab', content: jsonContent(called) },
};
const missing = { 404: 'Keine Adresse hinterlegt' };
const refusals = {
  put: { 400: 'Nicht lesbar', 413: 'Zu groß', 415: 'Kein JSON', 422: 'Adresse oder Geheimnis genügt nicht' },
  show: missing,
  drop: missing,
  test: missing,
};

export const DescribeCallback = (route: keyof typeof summaries) =>
  applyDecorators(
    ApiTags('Benachrichtigung'),
    ApiBearerAuth(),
    ApiOperation({
      summary: summaries[route],
      description:
        'Stellwerk schickt dorthin {type, submissions: [{submissionId, caseId}]}, signiert wie FIT-Connect: ' +
        'callback-authentication = HMAC-SHA512(Geheimnis, callback-timestamp + "." + Body) in hex.',
    }),
    ...(route === 'put' ? [ApiBody({ required: true, schema: posted })] : []),
    ApiResponse(answers[route]),
    Refusals({ ...commonRefusals, ...refusals[route] }),
  );
