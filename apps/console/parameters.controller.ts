import { Body, Controller, Delete, Get, Headers, Param, Put, Query, Res } from '@nestjs/common';
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
import { loadRegions } from '#regions/regions.js';
import type { Json } from '#submission/vocabulary.js';
import { leistung, regionDigits } from './fields.js';
import { ConsoleParts } from './parts.js';
import { demandKnownRegion } from './regions.js';
import { texts } from './texts.js';

const moment = z.string().transform((text, context) => {
  const at = readMoment(text);
  if (at) return at;
  context.addIssue(texts.fields.moment);
  return z.NEVER;
});
const reason = z
  .string()
  .trim()
  .min(1, texts.fields.reasonMissing)
  .max(500)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: OpenAPI shows it, and every dialect reads it
  .regex(/^[^\x00]*$/, texts.fields.unstorable)
  .refine((value) => value.isWellFormed(), texts.fields.unstorable);

const effectiveQuery = z.strictObject({
  ars: regionDigits.describe('ARS der Gemeinde (12 Ziffern) oder sein Anfang'),
  leistung,
  at: moment.optional().describe('Zeitpunkt, auch künftig; sonst jetzt'),
});
const missingQuery = z.strictObject({
  region: regionDigits.describe('Gemeinde, Verband oder Kreis'),
  at: moment.optional(),
});
const parameterKey = z.object({
  region: regionDigits,
  leistung: z.union([leistung, z.literal('*')], { error: texts.fields.leistungOrAll }),
  name: z.string().regex(/^[A-Za-z][\w.-]{0,199}$/, texts.fields.parameterName),
});
type ParameterKey = z.infer<typeof parameterKey>;
const setBody = z.strictObject({
  value: z
    .unknown()
    .refine((value) => value !== undefined, texts.fields.valueMissing)
    .describe('wie die Definition ihn verlangt'),
  validFrom: moment.optional().describe('sonst jetzt'),
  validTo: moment.optional().describe('Ende (ausschließlich); sonst bis etwas anderes gesetzt wird'),
  reason: reason.describe('warum, zum Beispiel die Fundstelle der Satzung'),
});
const inheritQuery = z.strictObject({ reason: reason.default(texts.parameterNoLongerSet).describe('warum') });

/** What a region sets for its Leistungen, what is in force there, and where it comes from. */
@ApiTags('Parameter')
@ApiBearerAuth()
@Controller('api/v1/parameters')
export class ParametersController {
  constructor(private readonly parts: ConsoleParts) {}

  @Get('effective')
  @Needs('parameters:read')
  @ApiOperation({
    summary: 'Was für eine Leistung in einer Gemeinde gilt, woher es kommt, was es verdeckt und was noch fehlt',
    description:
      'notInherited: was weiter oben gesetzt ist und hier nicht gilt; denn ein Satz (Adresse und Zugangsdaten) wird ' +
      'nur als Ganzes geerbt, und hier ist näher etwas davon gesetzt.',
  })
  async effective(@Query({ schema: effectiveQuery }) query: z.infer<typeof effectiveQuery>) {
    demandKnownRegion(query.ars);
    const { db, parameters } = this.parts;
    const at = query.at ?? db.now();
    return shownSet({ ...(await parameters.effective({ ...query, at })), at });
  }

  @Get('missing')
  @Needs('readiness:read')
  @ApiOperation({ summary: 'Welche Leistungen einer Gemeinde (oder der Gemeinden eines Kreises) unvollständig sind' })
  async missing(@Query({ schema: missingQuery }) { region, at }: z.infer<typeof missingQuery>) {
    return { region, incomplete: await incomplete(this.parts.parameters, region, at) };
  }

  @Get('definitions')
  @Needs('parameters:read')
  @ApiOperation({ summary: 'Was gesetzt werden kann, wie Adapter und Prozesse es beschreiben' })
  definitions() {
    const { all } = this.parts.parameters.definitions;
    return {
      definitions: all.map(({ schema: _, jsonSchema, boundSet, ...definition }) => ({
        ...definition,
        ...(boundSet && { boundSet: { ...boundSet, names: [...boundSet.names] } }),
        schema: jsonSchema,
      })),
    };
  }

  @Get(':region/:leistung/:name')
  @Needs('parameters:read')
  @ApiOperation({ summary: 'Die Geschichte eines Parameters, Neuestes zuerst; der ETag ist ihr Stand' })
  async history(@Param({ schema: parameterKey }) key: ParameterKey, @Res({ passthrough: true }) reply: FastifyReply) {
    return answer(await this.parts.changes.history(key), reply);
  }

  @Put(':region/:leistung/:name')
  @Needs('parameters:write')
  @ApiHeader({ name: 'If-Match', required: true, description: 'ETag der Geschichte, die man gelesen hat' })
  @ApiOperation({
    summary: 'Setzen, ab sofort oder ab einem Tag',
    description:
      'Schließt, was sich damit überschneidet. Rückgängig machen heißt: den früheren Wert wieder setzen. ' +
      'boundSet nennt, was zum selben Satz gehört (Adresse und Zugangsdaten): Wo eines davon gesetzt ist, ' +
      'wird keines geerbt. Mit demselben validFrom beginnen alle zugleich.',
  })
  async set(
    @Param({ schema: parameterKey }) key: ParameterKey,
    @Body({ schema: setBody }) body: z.infer<typeof setBody>,
    @Headers('if-match') ifMatch: string | undefined,
    @Who() who: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const change = { ...body, value: body.value as Json, author: who.client, ifMatch };
    const history = await this.parts.changes.set(key, change);
    this.log('parameter set', key, who);
    const boundSet = await this.parts.changes.companions(key, body.validFrom);
    return { ...answer(history, reply), ...(boundSet && { boundSet }) };
  }

  @Delete(':region/:leistung/:name')
  @Needs('parameters:write')
  @ApiHeader({ name: 'If-Match', required: true, description: 'ETag der Geschichte, die man gelesen hat' })
  @ApiOperation({ summary: 'Ab jetzt wieder erben', description: 'Etwas anderes als ein leerer Wert.' })
  async inherit(
    @Param({ schema: parameterKey }) key: ParameterKey,
    @Query({ schema: inheritQuery }) { reason }: z.infer<typeof inheritQuery>,
    @Headers('if-match') ifMatch: string | undefined,
    @Who() who: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const history = await this.parts.changes.inherit(key, { reason, author: who.client, ifMatch });
    this.log('parameter inherits', key, who);
    return answer(history, reply);
  }

  /** Never logs the value. */
  private log(message: string, key: ParameterKey, who: Principal): void {
    const leistung = key.leistung === '*' ? undefined : key.leistung;
    this.parts.log.info(message, { region: key.region, leistung, parameter: key.name, client: who.client });
  }
}

function answer(history: History, reply: FastifyReply): History {
  reply.header('etag', history.etag);
  return history;
}

/** For people: a secret is `set`, its value is never shown. */
function shownSet({ ars, leistung, at, entries, defaults, missing, withheld }: EffectiveSet) {
  const parameters = Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, shownEntry(entry)]));
  const notInherited = Object.fromEntries(Object.entries(withheld).map(([name, one]) => [name, shownOrigin(one)]));
  return { ars, municipality: loadRegions().name(ars), leistung, at, parameters, defaults, missing, notInherited };
}

function shownEntry({ hides, validFrom, validTo, ...origin }: EffectiveEntry) {
  return { ...shownOrigin(origin), validFrom, validTo: validTo ?? null, hides: hides.map(shownOrigin) };
}

function shownOrigin({ secret, value, ...origin }: Origin) {
  return secret ? { set: true, ...origin } : { value, ...origin };
}
