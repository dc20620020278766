import { Controller, Get, Param, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { demand, Needs, Who } from '#access/guard.js';
import { type Principal, reach } from '#access/rights.js';
import { Problem } from '#problems/problem.js';
import type { Database } from '#store/database.js';
import { readSubmission } from '#store/submissions.js';

const id = z.uuid({ error: 'Eine UUID' });

/** How a submission stands; never what is in it. */
export function submissionsController(db: Database): Type {
  @ApiTags('Anträge')
  @ApiBearerAuth()
  @Controller('api/v1/submissions')
  class SubmissionsController {
    @Get(':submissionId')
    @Needs('submissions:read')
    @ApiOperation({ summary: 'Stand eines Antrags, ohne seine Daten' })
    async show(@Param('submissionId', { schema: id }) submissionId: string, @Who() who: Principal) {
      const submission = await readSubmission(db, submissionId);
      if (!submission) throw new Problem('not-found', 'Diesen Antrag gibt es nicht.');
      demand(who, 'submissions:read', submission.ars);
      if (reach(who, 'submissions:read') === 'own' && submission.client !== who.client)
        throw new Problem('forbidden', 'Dieser Antrag kam von einem anderen Client.');
      return submission;
    }
  }
  return SubmissionsController;
}
