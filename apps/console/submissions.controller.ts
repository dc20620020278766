import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { demand, Needs, Who } from '#access/guard.js';
import { type Principal, reach } from '#access/rights.js';
import { Problem } from '#problems/problem.js';
import { readSubmission } from '#store/submissions.js';
import { idOrNumber, submissionIdOf } from './named.js';
import { ConsoleParts } from './parts.js';
import { texts } from './texts.js';

/** The state of a submission, without its payload. */
@ApiTags('Anträge')
@ApiBearerAuth()
@Controller('api/v1/submissions')
export class SubmissionsController {
  constructor(private readonly parts: ConsoleParts) {}

  @Get(':submissionId')
  @Needs('submissions:read')
  @ApiOperation({ summary: 'Stand eines Antrags, ohne seine Daten' })
  async show(@Param('submissionId', { schema: idOrNumber }) named: string, @Who() who: Principal) {
    const { db, numbers } = this.parts;
    const submissionId = await submissionIdOf(this.parts, named);
    const submission = submissionId && (await readSubmission(db, submissionId, numbers));
    if (!submission) throw new Problem('not-found', texts.notFound.submission);
    demand(who, 'submissions:read', submission.ars);
    if (reach(who, 'submissions:read') === 'own' && submission.client !== who.client)
      throw new Problem('forbidden', texts.submissionOfOtherClient, {}, {}, 'foreignClient');
    return submission;
  }
}
