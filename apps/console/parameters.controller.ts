import { Body, Controller, Delete, Get, Headers, Param, Put, Query, Res, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Needs, Who } from '#access/guard.js';
import type { Principal } from '#access/rights.js';
import type { EffectiveSet } from '#parameters/effective.js';
import type { EffectiveEntry, Origin } from '#parameters/entries.js';
import type { History } from '#parameters/history.js';
import { readMoment } from '#parameters/moment.js';
import { incomplete } from '#parameters/overview.js';
import { Problem } from '#problems/problem.js';
import { loadRegions } from '#regions/regions.js';
import type { Json } from '#submission/vocabulary.js';
import type { Parts } from './parts.js';

const digits = z.string().regex(/^\d{1,12}$/, 'Regionalschlüssel: nur Ziffern');
const leistung = z.string().regex(/^99\d{12}$/, 'Leistungsschlüssel: 14 Ziffern, 99 zuerst');
const leistungOrAll = z.union([leistung, z.literal('*')], {
  error: 'Leistungsschlüssel (14 Ziffern, 99 zuerst) oder *',
});
const name = z.string().regex(/^[A-Za-z][\w.-]{0,199}$/, 'Name eines Parameters');
const moment = z.string().transform((text, context) => {
  const at = readMoment(text);
  if (at) return at;
  context.addIssue('Zeitpunkt nach ISO 8601: ein Tag (2027-01-01) oder eine Zeit; ohne Zone gilt Europe/Berlin');
  return z.NEVER;
});
const reason = z
  .string()
  .trim()
  .min(1, 'Bitte einen Grund nennen')
  .max(500)
  .regex(/^[^\0\ud800-\udfff]*$/u, 'Enthält Zeichen, die sich nicht speichern lassen');

const question = z.strictObject({
  ars: digits.describe('ARS der Gemeinde (12 Ziffern) oder sein Anfang'),
  leistung,
  at: moment.optional().describe('Zeitpunkt, auch künftig; sonst jetzt'),
});
const whichRegion = z.strictObject({ region: digits.describe('Gemeinde, Verband oder Kreis'), at: moment.optional() });
const where = z.object({ region: digits, leistung: leistungOrAll, name });
const setting = z.strictObject({
  value: z
    .unknown()
    .refine((value) => value !== undefined, 'Der Wert fehlt')
    .describe('wie die Definition ihn verlangt'),
  validFrom: moment.optional().describe('sonst jetzt'),
  validTo: moment.optional().describe('Ende (ausschließlich); sonst bis etwas anderes gesetzt wird'),
  reason: reason.describe('warum, zum Beispiel die Fundstelle der Satzung'),
});
const removal = z.strictObject({ reason: reason.default('nicht mehr gesetzt').describe('warum') });

/** What a region sets for its Leistungen, what counts there and where it comes from. */
export function parametersController({ db, parameters, changes, log }: Parts): Type {
  function answer(history: History, reply: FastifyReply) {
    reply.header('etag', history.etag).header('cache-control', 'no-store');
    return history;
  }

  function note(what: string, key: z.infer<typeof where>, who: Principal) {
    const leistung = key.leistung === '*' ? undefined : key.leistung;
    log.info(what, { region: key.region, leistung, parameter: key.name, client: who.client });
  }

  @ApiTags('Parameter')
  @ApiBearerAuth()
  @Controller('api/v1/parameters')
  class ParametersController {
    @Get('effective')
    @Needs('parameters:read')
    @ApiOperation({
      summary: 'Was für eine Leistung in einer Gemeinde gilt, woher es kommt, was es verdeckt und was noch fehlt',
    })
    async effective(@Query({ schema: question }) asked: z.infer<typeof question>) {
      known(asked.ars);
      const at = asked.at ?? db.now();
      return shown({ ...(await parameters.effective({ ...asked, at })), at });
    }

    @Get('missing')
    @Needs('parameters:read')
    @ApiOperation({ summary: 'Welche Leistungen einer Gemeinde (oder der Gemeinden eines Kreises) unvollständig sind' })
    async missing(@Query({ schema: whichRegion }) { region, at }: z.infer<typeof whichRegion>) {
      return { region, incomplete: await incomplete(parameters, region, at) };
    }

    @Get('definitions')
    @Needs('parameters:read')
    @ApiOperation({ summary: 'Was gesetzt werden kann, wie Adapter und Prozesse es beschreiben' })
    definitions() {
      return {
        definitions: parameters.definitions.all.map(({ schema: _, jsonSchema, ...definition }) => ({
          ...definition,
          schema: jsonSchema,
        })),
      };
    }

    @Get(':region/:leistung/:name')
    @Needs('parameters:read')
    @ApiOperation({ summary: 'Die Geschichte eines Parameters, Neuestes zuerst; der ETag ist ihr Stand' })
    async history(
      @Param({ schema: where }) key: z.infer<typeof where>,
      @Res({ passthrough: true }) reply: FastifyReply,
    ) {
      return answer(await changes.history(key), reply);
    }

    @Put(':region/:leistung/:name')
    @Needs('parameters:write')
    @ApiHeader({ name: 'If-Match', required: true, description: 'ETag der Geschichte, die man gelesen hat' })
    @ApiOperation({
      summary: 'Setzen, ab sofort oder ab einem Tag',
      description: 'Schließt, was sich damit überschneidet. Rückgängig machen heißt: den früheren Wert wieder setzen.',
    })
    async set(
      @Param({ schema: where }) key: z.infer<typeof where>,
      @Body({ schema: setting }) body: z.infer<typeof setting>,
      @Headers('if-match') ifMatch: string | undefined,
      @Who() who: Principal,
      @Res({ passthrough: true }) reply: FastifyReply,
    ) {
      const history = await changes.set(key, { ...body, value: body.value as Json, author: who.client, ifMatch });
      note('parameter set', key, who);
      return answer(history, reply);
    }

    @Delete(':region/:leistung/:name')
    @Needs('parameters:write')
    @ApiHeader({ name: 'If-Match', required: true, description: 'ETag der Geschichte, die man gelesen hat' })
    @ApiOperation({ summary: 'Ab jetzt wieder erben', description: 'Etwas anderes als ein leerer Wert.' })
    async inherit(
      @Param({ schema: where }) key: z.infer<typeof where>,
      @Query({ schema: removal }) { reason }: z.infer<typeof removal>,
      @Headers('if-match') ifMatch: string | undefined,
      @Who() who: Principal,
      @Res({ passthrough: true }) reply: FastifyReply,
    ) {
      const history = await changes.inherit(key, { reason, author: who.client, ifMatch });
      note('parameter inherits', key, who);
      return answer(history, reply);
    }
  }
  return ParametersController;
}

export function known(region: string): void {
  if (!loadRegions().region(region))
    throw new Problem('unknown-region', 'Diese Region gibt es in Baden-Württemberg nicht.');
}

/** For people: a secret is `set`, never shown. */
function shown({ ars, leistung, at, entries, defaults, missing }: EffectiveSet) {
  const parameters = Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, shownEntry(entry)]));
  return { ars, municipality: loadRegions().name(ars), leistung, at, parameters, defaults, missing };
}

function shownEntry({ hides, validFrom, validTo, ...origin }: EffectiveEntry) {
  return { ...shownOrigin(origin), validFrom, validTo: validTo ?? null, hides: hides.map(shownOrigin) };
}

function shownOrigin({ secret, value, ...origin }: Origin) {
  return secret ? { set: true, ...origin } : { value, ...origin };
}
