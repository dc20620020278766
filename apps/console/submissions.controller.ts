import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { demand, Needs, Who } from '#access/guard.js';
import { municipalitiesWith, type Principal, reach } from '#access/rights.js';
import { findSubmissions } from '#operator/find-person.js';
import { Problem } from '#problems/problem.js';
import { readSubmission } from '#store/submissions.js';
import { identity, mailbox, sentence } from './fields.js';
import { idOrNumber, submissionIdOf } from './named.js';
import { ConsoleParts } from './parts.js';
import { texts } from './texts.js';

const reason = sentence.describe('warum, etwa ein Aktenzeichen; ohne Angaben zur Person. Die Person liest ihn');
const findBody = z.union([z.strictObject({ ...identity, reason }), z.strictObject({ ...mailbox, reason })]);

/** Submissions a person may hold in one answer. */
const mostFound = 200;

/** The state of a submission, without its payload; and which submissions are about a person. */
@ApiTags('Anträge')
@ApiBearerAuth()
@Controller('api/v1/submissions')
export class SubmissionsController {
  constructor(private readonly parts: ConsoleParts) {}

  @Post('find')
  @HttpCode(200)
  @Needs('submissions:find')
  @ApiOperation({
    summary: 'Die Anträge einer Person oder eines Postfachs in der eigenen Gemeinde, neueste zuerst',
    description:
      'Gesucht wird nach Familienname, Vornamen und Geburtsdatum, wie sie im Antrag stehen, oder nach dem Postfach. ' +
      'Die Frage steht mit ihrem Grund im Zugriffsprotokoll der Person, bevor sie beantwortet wird. ' +
      'complete: false, solange frühere Anträge noch erschlossen werden.',
  })
  async find(@Body({ schema: findBody }) { reason, ...person }: z.infer<typeof findBody>, @Who() who: Principal) {
    const municipalities = municipalitiesWith(who, 'submissions:find');
    if (municipalities.length === 0)
      throw new Problem('forbidden', texts.noMunicipalityToSearch, {}, {}, 'foreignRegion');
    return findSubmissions(this.parts, { person, municipalities, client: who.client, reason }, mostFound);
  }

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
