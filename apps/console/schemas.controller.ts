import { Controller, Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Needs, Who } from '#access/guard.js';
import { may, type Principal } from '#access/rights.js';
import { Bodies } from '#intake/body.js';
import { Problem } from '#problems/problem.js';
import type { SchemaDetail, SchemaView } from '#schema-import/view.js';
import { day, leistung, regionPrefix, sentence } from './fields.js';
import { ConsoleParts } from './parts.js';
import { demandKnownRegion } from './regions.js';
import { largestUpload, readSchemaUpload, schemaUpload } from './schema-upload.js';
import { texts } from './texts.js';

export const schemasAddress = '/api/v1/schemas';

const schemaKey = z.strictObject({
  schemaId: z.string().regex(/^[A-Za-z]\w{0,39}$/, texts.fields.schemaId),
  version: z.string().regex(/^\w[\w.-]{0,39}$/, texts.fields.schemaVersion),
});
type SchemaKey = z.infer<typeof schemaKey>;
const importQuery = z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') });
const catalogueQuery = z.strictObject({ format: z.enum(['markdown', 'html']).default('markdown') });
const withdrawQuery = z.strictObject({
  from: day.optional().describe('ab diesem Tag nicht mehr; sonst ab heute'),
  leistung: leistung.optional().describe('nur für diese Leistung'),
  region: regionPrefix.optional().describe('nur für diese Region'),
  reason: sentence.describe('warum'),
});

/** The FIM schemas of the running system: imports, shows and withdraws them. */
@ApiTags('Schemata')
@ApiBearerAuth()
@Controller(schemasAddress)
export class SchemasController {
  private readonly bodies: Bodies;

  constructor(private readonly parts: ConsoleParts) {
    this.bodies = new Bodies({ size: largestUpload, rate: parts.settings.LIMIT_BODY_RATE });
  }

  @Post()
  @Needs('schemas:write')
  @ApiConsumes('multipart/form-data', 'application/json')
  @ApiBody({ schema: schemaUpload })
  @ApiOperation({
    summary: 'Ein FIM-Stammdatenschema übernehmen, ab heute oder ab einem Tag',
    description:
      'Ein Prozess mit einer früheren Fassung bekommt die neue, wenn seine Zuordnung noch passt; ' +
      'eine Leistung ohne Prozess bekommt einen, der an das Fachverfahren der Region zustellt. ' +
      'Zusätzliche Regeln (rules) gelten neben dem Schema; eine neue Fassung von ihnen löst die vorige ab. ' +
      'changes sagt, was Absender ändern müssen. Dasselbe noch einmal ändert nichts. Mit dryRun=true geschieht nichts.',
  })
  async import(
    @Req() request: FastifyRequest,
    @Query({ schema: importQuery }) { dryRun }: z.infer<typeof importQuery>,
    @Who() who: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { schemas, log } = this.parts;
    return this.bodies.hold(request.raw, who.client, async (body) => {
      const upload = readSchemaUpload(request.contentType, body);
      if (upload.region !== undefined) demandKnownRegion(upload.region);
      const order = { ...upload, author: who.client, dryRun: dryRun === 'true' };
      const { created, schema, changes } = await schemas.import(order);
      if (order.dryRun) {
        reply.status(200);
        return { dryRun: true, created, changes, ...schema };
      }
      if (created) log.info('schema imported', { schema: nameOf(schema), client: who.client });
      reply.status(created ? 201 : 200).header('location', linksOf(schema).self);
      return { ...linked(schema), changes };
    });
  }

  @Get()
  @Needs('schemas:read')
  @ApiOperation({ summary: 'Übernommene Schemata: wofür, ab wann, freigegeben, und wie viel davon geprüft wird' })
  async list(@Who() who: Principal) {
    const schemas = await this.parts.schemas.list();
    return { items: schemas.flatMap((schema) => visibleTo(who, schema) ?? []).map(linked) };
  }

  @Get(':schemaId/:version')
  @Needs('schemas:read')
  @ApiOperation({ summary: 'Ein Schema mit seinem Bericht: was geprüft wird, was nicht, welche Codelisten' })
  async show(@Param({ schema: schemaKey }) key: SchemaKey, @Who() who: Principal) {
    return linked(await this.find(key, who));
  }

  @Get(':schemaId/:version/xml')
  @Needs('schemas:read')
  @ApiOperation({ summary: 'Die Datei, wie sie kam' })
  async xml(
    @Param({ schema: schemaKey }) key: SchemaKey,
    @Who() who: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.find(key, who);
    const { file } = (await this.parts.schemas.files(key))!;
    return send(reply, 'application/xml', file, `${nameOf(key)}.xml`);
  }

  @Get(':schemaId/:version/json-schema')
  @Needs('schemas:read')
  @ApiOperation({ summary: 'Das abgeleitete JSON Schema 2020-12' })
  async jsonSchema(
    @Param({ schema: schemaKey }) key: SchemaKey,
    @Who() who: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.find(key, who);
    const { jsonSchema } = (await this.parts.schemas.files(key))!;
    return send(reply, 'application/schema+json', Buffer.from(jsonSchema), `${nameOf(key)}.schema.json`);
  }

  @Get(':schemaId/:version/catalogue')
  @Needs('schemas:read')
  @ApiOperation({ summary: 'Der Feldkatalog als Markdown oder HTML' })
  async catalogue(
    @Param({ schema: schemaKey }) key: SchemaKey,
    @Query({ schema: catalogueQuery }) { format }: z.infer<typeof catalogueQuery>,
    @Who() who: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.find(key, who);
    const page = (await this.parts.schemas.catalogue(key, format))!;
    return send(reply, `text/${format}; charset=utf-8`, Buffer.from(page));
  }

  @Delete(':schemaId/:version')
  @Needs('schemas:write')
  @ApiOperation({
    summary: 'Zurückziehen: ab einem Tag nimmt es nichts Neues mehr an',
    description:
      'Was damit angenommen ist, wird damit auch zugestellt. Davor gilt wieder, was davor galt. ' +
      'Noch einmal mit anderem Tag verschiebt das Ende.',
  })
  async withdraw(
    @Param({ schema: schemaKey }) key: SchemaKey,
    @Query({ schema: withdrawQuery }) order: z.infer<typeof withdrawQuery>,
    @Who() who: Principal,
  ) {
    const { schemas, log } = this.parts;
    const schema = await schemas.withdraw(key, { ...order, author: who.client });
    log.info('schema withdrawn', { schema: nameOf(key), client: who.client });
    return linked(schema);
  }

  /** Throws {@link Problem} `not-found`, also where none of the schema's uses concerns `who`. */
  private async find(key: SchemaKey, who: Principal): Promise<SchemaDetail> {
    const found = await this.parts.schemas.show(key);
    const visible = found && visibleTo(who, found);
    if (!visible) throw new Problem('not-found', texts.notFound.schema);
    return visible;
  }
}

/** The schema with only those uses that `who` may read; undefined where it has uses and `who` may read none. */
function visibleTo<T extends SchemaView>(who: Principal, schema: T): T | undefined {
  const uses = schema.uses.filter(({ region }) => may(who, 'schemas:read', region));
  return uses.length === 0 && schema.uses.length > 0 ? undefined : { ...schema, uses };
}

const nameOf = ({ schemaId, version }: SchemaKey) => `${schemaId}V${version}`;

function linksOf({ schemaId, version }: SchemaKey) {
  const self = `${schemasAddress}/${encodeURIComponent(schemaId)}/${encodeURIComponent(version)}`;
  return { self, xml: `${self}/xml`, jsonSchema: `${self}/json-schema`, catalogue: `${self}/catalogue` };
}

const linked = <T extends SchemaView>(schema: T) => ({ ...schema, links: linksOf(schema) });

/** Sends an imported file, or what was made of it, so that a browser shows it and never runs anything in it. */
function send(reply: FastifyReply, type: string, bytes: Uint8Array, filename?: string): Uint8Array {
  reply.header('content-type', type).header('x-content-type-options', 'nosniff');
  reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  if (filename) reply.header('content-disposition', `attachment; filename="${filename}"`);
  return bytes;
}
