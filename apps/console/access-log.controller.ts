import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs, Who } from '#access/guard.js';
import { type Principal, pseudonymPattern, reach } from '#access/rights.js';
import type { Adapter } from '#adapters/contract.js';
import { Problem } from '#problems/problem.js';
import type { ReadEntry } from '#store/access-log.js';
import { noteAction } from '#store/actions.js';
import { identity, mailbox, sentence } from './fields.js';
import { pageCursor, pageSize, timeAndId } from './paging.js';
import { ConsoleParts } from './parts.js';
import { texts } from './texts.js';

const personBody = z.union([z.strictObject(identity), z.strictObject(mailbox)]);
const cursor = pageCursor(timeAndId);
const listQuery = z.strictObject({
  person: z
    .string()
    .regex(pseudonymPattern, texts.fields.pseudonym)
    .optional()
    .describe('Pseudonym; die Person selbst lässt es weg oder nennt ihr eigenes'),
  reason: sentence
    .optional()
    .describe(
      'warum eine Behörde fragt, etwa ein Aktenzeichen; ohne Angaben zur Person. Steht danach selbst im Protokoll',
    ),
  limit: pageSize,
  cursor: cursor.read,
});

/** Sorts before every id, so that the first page leaves out what is written in this very millisecond. */
const lowestId = '00000000-0000-0000-0000-000000000000';

/** Who looked up or viewed what about a person. The person asks, or an authority that gives a reason. */
@ApiTags('Zugriffsprotokoll')
@ApiBearerAuth()
@Controller('api/v1/access-log')
export class AccessLogController {
  constructor(private readonly parts: ConsoleParts) {}

  @Post('person')
  @HttpCode(200)
  @Needs('access-log:identify')
  @ApiOperation({
    summary: 'Das Pseudonym, unter dem eine Person im Zugriffsprotokoll steht',
    description:
      'Damit nichts Persönliches in einer Adresse steht. Festgehalten wird, wer nach welchem Pseudonym gefragt hat. ' +
      'Eines je Schlüssel, mit Punkten verbunden: nach einem neuen Schlüssel ist neu zu fragen.',
  })
  async person(@Body({ schema: personBody }) body: z.infer<typeof personBody>, @Who() who: Principal) {
    const { accessLog, db } = this.parts;
    const { pseudonyms } = accessLog;
    const person = pseudonyms.search(body).join('.');
    await noteAction(db, { at: db.now(), actor: who.client, type: 'person-identified', subject: person });
    return { person };
  }

  @Get()
  @Needs('access-log:read')
  @ApiOperation({
    summary: 'Wer wann was über eine Person abgerufen oder eingesehen hat, neueste zuerst',
    description:
      'Zwei Jahre zurück. Die Person selbst fragt nur nach sich; eine Gemeinde sieht, was in ihren Regionen geschah; ' +
      'eine Behörde nennt ihren Grund.',
  })
  async list(
    @Query({ schema: listQuery }) { person: named, reason, limit, cursor: after }: z.infer<typeof listQuery>,
    @Who() who: Principal,
  ) {
    const { db, adapters, accessLog } = this.parts;
    const reaches = reach(who, 'access-log:read');
    const person = reaches === 'own' ? ownPerson(who, named) : named;
    if (!person) throw new Problem('malformed', texts.accessLog.personMissing);
    const now = db.now();
    if (reaches !== 'own') {
      if (!reason) throw new Problem('malformed', texts.accessLog.reasonMissing);
      await this.noteQuestion(who, person, reason, now);
    }
    const before = after ? { at: new Date(after.at), id: after.id } : { at: now, id: lowestId };
    const regions = reaches === 'regions' ? who.regions : undefined;
    const found = await accessLog.of(person.split('.'), { before, regions, limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items: items.map((entry) => shownEntry(entry, adapters)),
      next: found.length > limit && last ? cursor.write({ at: last.at.getTime(), id: last.entryId }) : null,
    };
  }

  /** An authority's question is itself a view of personal data. It is recorded before it is answered. */
  private async noteQuestion(who: Principal, person: string, reason: string, at: Date): Promise<void> {
    const { attribute, purpose, legalBasis } = texts.accessLog.question;
    await this.parts.accessLog.write([
      {
        entryId: randomUUID(),
        at,
        kind: 'view',
        actor: who.client,
        authority: who.regions[0] ?? '08',
        source: 'Stellwerk',
        attributes: [attribute],
        persons: person.split('.', 1),
        reason,
        purpose,
        legalBasis,
      },
    ]);
  }
}

/** The pseudonym in the token. Throws {@link Problem} when the person names another one. */
function ownPerson({ person }: Principal, named: string | undefined): string {
  if (person && (named ?? person) === person) return person;
  throw new Problem('forbidden', texts.accessLog.onlyOwnEntries, {}, {}, 'foreignPerson');
}

const outcomes: Record<string, string> = texts.accessLog.outcomes;

/**
 * An entry in the terms of the Datenschutzcockpit (OZG § 10): which body passed which data to which, when, why, and on
 * what legal basis.
 */
function shownEntry(entry: ReadEntry, adapters: Map<string, Adapter>) {
  const titles = adapters.get(entry.adapter ?? '')?.manifest.attributes ?? {};
  return {
    protokollId: entry.entryId,
    art: texts.accessLog.kinds[entry.kind],
    zeitpunkt: entry.at.toISOString(),
    uebermittelndeStelle: entry.source,
    empfangendeStelle: { regionalschluessel: entry.authority, zugang: entry.actor },
    datenkategorien: entry.attributes.map((attribute) => titles[attribute] ?? attribute),
    zweck: entry.purpose,
    ...(entry.reason && { anlass: entry.reason }),
    rechtsgrundlage: entry.legalBasis,
    ...(entry.submissionId && {
      vorgang: { leistung: entry.leistung, submissionId: entry.submissionId, caseId: entry.caseId },
    }),
    ...(entry.outcome && { ergebnis: outcomes[entry.outcome] ?? texts.accessLog.outcomes.other }),
  };
}
