import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Post, Query, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Needs, Who } from '#access/guard.js';
import { type Principal, reach } from '#access/rights.js';
import type { AccessLog } from '#access-log/access-log.js';
import type { Adapter } from '#adapters/contract.js';
import { Problem } from '#problems/problem.js';
import type { ReadEntry } from '#store/access-log.js';
import type { Database } from '#store/database.js';
import { cursorOf, pageSize } from './cursor.js';
import { sentence, text } from './dead-letter-filter.js';

const name = text.trim().min(1).max(200);
const identity = z.union([
  z.strictObject({ familienname: name, vornamen: name, geburtsdatum: z.iso.date() }),
  z.strictObject({ postfachHandleId: name }),
]);
const cursor = cursorOf(z.object({ at: z.number().int().min(0).max(4e15), id: z.uuid() }));
const question = z.strictObject({
  person: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'Ein Pseudonym, wie es POST /api/v1/access-log/person nennt')
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

interface Parts {
  db: Database;
  adapters: Map<string, Adapter>;
  accessLog: AccessLog;
}

/** Who looked up or viewed what about a person: asked by the person, or by an authority that says why. */
export function accessLogController({ db, adapters, accessLog }: Parts): Type {
  const shown = entryShower(adapters);

  /** An authority's question is a view itself, and is written before it is answered. */
  async function noteQuestion(who: Principal, person: string, reason: string, at: Date): Promise<void> {
    await accessLog.write([
      {
        ...{ entryId: randomUUID(), at, kind: 'view', actor: who.client, authority: who.regions[0] ?? '08' },
        ...{ source: 'Stellwerk', attributes: ['Zugriffsprotokoll'], persons: [person], reason },
        purpose: 'Auskunft oder Kontrolle',
        legalBasis: 'Art. 15 DSGVO; § 9 Abs. 2 IDNrG',
      },
    ]);
  }

  @ApiTags('Zugriffsprotokoll')
  @ApiBearerAuth()
  @Controller('api/v1/access-log')
  class AccessLogController {
    @Post('person')
    @HttpCode(200)
    @Needs('access-log:identify')
    @ApiOperation({
      summary: 'Das Pseudonym, unter dem eine Person im Zugriffsprotokoll steht',
      description: 'Damit nichts Persönliches in einer Adresse steht. Gespeichert wird dabei nichts.',
    })
    person(@Body({ schema: identity }) body: z.infer<typeof identity>) {
      const { pseudonyms } = accessLog;
      return {
        person: 'postfachHandleId' in body ? pseudonyms.ofHandle(body.postfachHandleId) : pseudonyms.ofIdentity(body),
      };
    }

    @Get()
    @Needs('access-log:read')
    @ApiOperation({
      summary: 'Wer wann was über eine Person abgerufen oder eingesehen hat, neueste zuerst',
      description:
        'Zwei Jahre zurück. Die Person selbst fragt nur nach sich; eine Gemeinde sieht, was in ihren Regionen geschah; eine Behörde nennt ihren Grund.',
    })
    async list(
      @Query({ schema: question }) { person: named, reason, limit, cursor: after }: z.infer<typeof question>,
      @Who() who: Principal,
    ) {
      const far = reach(who, 'access-log:read');
      const person = far === 'own' ? ownOf(who, named) : named;
      if (!person) throw new Problem('malformed', 'Es fehlt „person“: das Pseudonym, nach dem gefragt wird.');
      const now = db.now();
      if (far !== 'own') {
        if (!reason) throw new Problem('malformed', 'Es fehlt „reason“: warum gefragt wird.');
        await noteQuestion(who, person, reason, now);
      }
      const before = after ? { at: new Date(after.at), id: after.id } : { at: now, id: first };
      const regions = far === 'regions' ? who.regions : undefined;
      const found = await accessLog.of(person, { before, regions, limit: limit + 1 });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return {
        items: items.map(shown),
        next: found.length > limit && last ? cursor.write({ at: last.at.getTime(), id: last.entryId }) : null,
      };
    }
  }
  return AccessLogController;
}

/** Before every id: what is written in this very millisecond is not yet shown. */
const first = '00000000-0000-0000-0000-000000000000';

function ownOf({ person }: Principal, named: string | undefined): string {
  if (person && (named ?? person) === person) return person;
  throw new Problem('forbidden', 'Das Zugriffsprotokoll zeigt jeder Person nur ihre eigenen Einträge.');
}

/** An entry in the notions of the Datenschutzcockpit (OZG § 10): which body passed which data to which, when, why, and on what ground. */
function entryShower(adapters: Map<string, Adapter>) {
  return (entry: ReadEntry) => {
    const titles = adapters.get(entry.adapter ?? '')?.manifest.attributes ?? {};
    return {
      protokollId: entry.entryId,
      art: entry.kind === 'lookup' ? 'Abruf' : 'Einsicht',
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
      ...(entry.outcome && { ergebnis: outcomes[entry.outcome] ?? 'keine Auskunft' }),
    };
  };
}

const outcomes: Record<string, string> = {
  found: 'Auskunft erteilt',
  notFound: 'nicht gefunden',
  pending: 'Auskunft steht aus',
};
