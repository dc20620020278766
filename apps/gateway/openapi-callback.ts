import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { commonRefusals, jsonContent, nullable, object, Refusals, text, time } from './openapi-shapes.js';

/** What `/openapi.json` says about the address at which a portal hears of news. */

const callback = object({ url: text, since: time, failures: { type: 'integer' }, reason: nullable(text) });
const called = object({ result: { type: 'string', enum: ['informed', 'failed', 'ended'] }, reason: text });

const summaries = {
  put: 'Hinterlegt die Adresse, an der das Portal von Neuem erfahren will',
  show: 'Die hinterlegte Adresse, ohne das Geheimnis',
  drop: 'Beendet die Benachrichtigung',
  test: 'Ruft das Portal einmal auf, ohne Neues',
};

/** The routes differ in their summary only. */
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
    ApiResponse({ status: 200, description: 'Stand', content: jsonContent({ oneOf: [callback, called] }) }),
    ApiResponse({ status: 204, description: 'Beendet' }),
    Refusals({
      ...commonRefusals,
      400: 'Nicht lesbar',
      404: 'Keine Adresse hinterlegt',
      422: 'Adresse oder Geheimnis genügt nicht',
    }),
  );
