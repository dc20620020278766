import { Controller, Delete, Get, Param, Post, Query, Req, Res, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Needs, Who } from '#access/guard.js';
import { may, type Principal } from '#access/rights.js';
import { Bodies } from '#intake/body.js';
import { Problem } from '#problems/problem.js';
import type { SchemaDetail, SchemaView } from '#schema-import/view.js';
import { regionPrefix, sentence } from './dead-letter-filter.js';
import { known } from './parameters.controller.js';
import type { Parts } from './parts.js';
import { day, largestImport, leistung, readSchemaBody } from './schema-body.js';

export const schemasAddress = '/api/v1/schemas';

const key = z.strictObject({
  schemaId: z.string().regex(/^[A-Za-z]\w{0,39}$/, 'Kennung eines Stammdatenschemas'),
  version: z.string().regex(/^\w[\w.-]{0,39}$/, 'Version eines Stammdatenschemas'),
});
type Key = z.infer<typeof key>;
const trial = z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') });
const look = z.strictObject({ format: z.enum(['markdown', 'html']).default('markdown') });
const withdrawal = z.strictObject({
  from: day.optional().describe('ab diesem Tag nicht mehr; sonst ab heute'),
  leistung: leistung.optional().describe('nur für diese Leistung'),
  region: regionPrefix.optional().describe('nur für diese Region'),
  reason: sentence.describe('warum'),
});

const text = { type: 'string' };
const importBody = {
  type: 'object',
  required: ['schema'],
  properties: {
    schema: { ...text, description: 'XDatenfelder 2.0 oder 3.0.0, Nachricht 0102; in multipart als Datei' },
    lists: {
      type: 'object',
      additionalProperties: text,
      description: 'genericode je kanonischer Kennung; in multipart je ein Teil „list:<Kennung>“',
    },
    validFrom: { ...text, format: 'date', description: 'gilt ab diesem Tag; sonst ab heute' },
    leistung: { ...text, description: 'sonst: alle Prozesse, die eine frühere Fassung verwenden' },
    region: { ...text, description: 'Regionalschlüssel oder sein Anfang; sonst überall' },
    force: { type: 'boolean', description: 'auch wenn es nicht freigegeben ist' },
    reason: { ...text, description: 'warum; bei force nötig' },
  },
};

/** FIM schemas of the running system: taken in, shown, taken back. */
export function schemasController({ schemas, log }: Parts): Type {
  const bodies = new Bodies(largestImport);

  @ApiTags('Schemata')
  @ApiBearerAuth()
  @Controller(schemasAddress)
  class SchemasController {
    @Post()
    @Needs('schemas:write')
    @ApiConsumes('multipart/form-data', 'application/json')
    @ApiBody({ schema: importBody })
    @ApiOperation({
      summary: 'Ein FIM-Stammdatenschema übernehmen, ab heute oder ab einem Tag',
      description:
        'Ein Prozess mit einer früheren Fassung bekommt die neue, wenn seine Zuordnung noch passt; eine Leistung ohne Prozess bekommt einen, der an das Fachverfahren der Region zustellt. Dasselbe noch einmal ändert nichts. Mit dryRun=true geschieht nichts.',
    })
    async import(
      @Req() request: FastifyRequest,
      @Query({ schema: trial }) { dryRun }: z.infer<typeof trial>,
      @Who() who: Principal,
      @Res({ passthrough: true }) reply: FastifyReply,
    ) {
      return bodies.hold(request.raw, async (body) => {
        const order = readSchemaBody(request.contentType, body);
        if (order.region !== undefined) known(order.region);
        const { created, schema } = await schemas.import({
          ...order,
          author: who.client,
          dryRun: dryRun === 'true',
        });
        if (dryRun === 'true') {
          reply.status(200);
          return { dryRun: true, created, ...schema };
        }
        if (created)
          log.info('schema imported', { schema: `${schema.schemaId}V${schema.version}`, client: who.client });
        reply.status(created ? 201 : 200).header('location', linksOf(schema).self);
        return linked(schema);
      });
    }

    @Get()
    @Needs('schemas:read')
    @ApiOperation({ summary: 'Übernommene Schemata: wofür, ab wann, freigegeben, und wie viel davon geprüft wird' })
    async list(@Who() who: Principal) {
      const seen = (await schemas.list()).flatMap((schema) => seenBy(who, schema) ?? []);
      return { items: seen.map(linked) };
    }

    @Get(':schemaId/:version')
    @Needs('schemas:read')
    @ApiOperation({ summary: 'Ein Schema mit seinem Bericht: was geprüft wird, was nicht, welche Codelisten' })
    async show(@Param({ schema: key }) asked: Key, @Who() who: Principal) {
      return linked(await visible(asked, who));
    }

    @Get(':schemaId/:version/xml')
    @Needs('schemas:read')
    @ApiOperation({ summary: 'Die Datei, wie sie kam' })
    async xml(
      @Param({ schema: key }) asked: Key,
      @Who() who: Principal,
      @Res({ passthrough: true }) reply: FastifyReply,
    ) {
      await visible(asked, who);
      return send(reply, 'application/xml', (await schemas.files(asked))!.file, `${nameOf(asked)}.xml`);
    }

    @Get(':schemaId/:version/json-schema')
    @Needs('schemas:read')
    @ApiOperation({ summary: 'Das abgeleitete JSON Schema 2020-12' })
    async jsonSchema(
      @Param({ schema: key }) asked: Key,
      @Who() who: Principal,
      @Res({ passthrough: true }) reply: FastifyReply,
    ) {
      await visible(asked, who);
      const { jsonSchema } = (await schemas.files(asked))!;
      return send(reply, 'application/schema+json', Buffer.from(jsonSchema), `${nameOf(asked)}.schema.json`);
    }

    @Get(':schemaId/:version/catalogue')
    @Needs('schemas:read')
    @ApiOperation({ summary: 'Der Feldkatalog als Markdown oder HTML' })
    async catalogue(
      @Param({ schema: key }) asked: Key,
      @Query({ schema: look }) { format }: z.infer<typeof look>,
      @Who() who: Principal,
      @Res({ passthrough: true }) reply: FastifyReply,
    ) {
      await visible(asked, who);
      const page = (await schemas.catalogue(asked, format))!;
      return send(reply, `text/${format}; charset=utf-8`, Buffer.from(page));
    }

    @Delete(':schemaId/:version')
    @Needs('schemas:write')
    @ApiOperation({
      summary: 'Zurückziehen: ab einem Tag nimmt es nichts Neues mehr an',
      description:
        'Was damit angenommen ist, wird damit auch zugestellt. Davor gilt wieder, was davor galt. Noch einmal mit anderem Tag verschiebt das Ende.',
    })
    async withdraw(
      @Param({ schema: key }) asked: Key,
      @Query({ schema: withdrawal }) order: z.infer<typeof withdrawal>,
      @Who() who: Principal,
    ) {
      const schema = await schemas.withdraw(asked, { ...order, author: who.client });
      log.info('schema withdrawn', { schema: nameOf(asked), client: who.client });
      return linked(schema);
    }
  }

  async function visible(asked: Key, who: Principal): Promise<SchemaDetail> {
    const found = await schemas.show(asked);
    const seen = found && seenBy(who, found);
    if (!seen) throw new Problem('not-found', 'Dieses Schema ist hier nicht übernommen.');
    return seen;
  }

  return SchemasController;
}

/** With the uses that concern this person; undefined where none does. */
function seenBy<T extends SchemaView>(who: Principal, schema: T): T | undefined {
  const uses = schema.uses.filter(({ region }) => may(who, 'schemas:read', region));
  return uses.length === 0 && schema.uses.length > 0 ? undefined : { ...schema, uses };
}

const nameOf = ({ schemaId, version }: Key) => `${schemaId}V${version}`;

function linksOf({ schemaId, version }: Key) {
  const self = `${schemasAddress}/${encodeURIComponent(schemaId)}/${encodeURIComponent(version)}`;
  return { self, xml: `${self}/xml`, jsonSchema: `${self}/json-schema`, catalogue: `${self}/catalogue` };
}

const linked = <T extends SchemaView>(schema: T) => ({ ...schema, links: linksOf(schema) });

/** A file from outside is shown, never run. */
function send(reply: FastifyReply, type: string, bytes: Uint8Array, filename?: string): Uint8Array {
  reply.header('content-type', type).header('x-content-type-options', 'nosniff');
  reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  if (filename) reply.header('content-disposition', `attachment; filename="${filename}"`);
  return bytes;
}
