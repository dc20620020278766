import { Body, Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { encode } from '#adapters/tools/formats.js';
import { loadRegions } from '#regions/regions.js';
import type { Json } from '#submission/vocabulary.js';
import { World } from '../world/world.js';
import { problem, replaced, settle } from './answer.js';
import { authorization } from './melderegister.controller.js';
import { findPersons, type Person, type Wanted } from './persons.js';

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  isArray: (name) => name === 'suchprofil' || name === 'anforderungselement',
});

const name = z.object({ name: z.string() });
const profile = z.object({
  '@nummer': z.string(),
  auswahldaten: z.object({
    name: z.object({ nachname: name, vornamen: name.optional() }),
    geburtsdatum: z.object({ jahrMonatTag: z.string() }).optional(),
    anschrift: z.object({ strasse: z.string().optional(), postleitzahl: z.string().optional() }).optional(),
  }),
});
const question = z.object({
  'datenabruf.anfrage': z.object({
    'nachrichtenkopf.g2g': z.object({
      'identifikation.nachricht': z.object({ nachrichtenUUID: z.uuid() }),
      autor: z.object({ kennung: z.string().min(1) }),
    }),
    datenAbrufendeStelle: z.object({
      aktenzeichen: z.string().min(1),
      anlassDesAbrufs: z.string().min(1),
      rechtsgrundlage: z.string().min(1),
    }),
    suchprofil: z.array(profile).min(1),
    steuerungsinformationen: z.object({ anforderungselement: z.array(z.object({ code: z.string() })).min(1) }),
  }),
});

/** The population register in the shape of XMeld: several persons in one message. Every message it has answered is an effect. */
@Controller('melderegister/xmeld')
export class XmeldController {
  constructor(@Inject(World) readonly world: World) {}

  @Get('ping')
  ping(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const mode = this.world.take('melderegister', { ars: undefined, delivery: false });
    if (replaced(mode, reply)) return;
    if (request.headers.authorization !== authorization) return problem(reply, 401, 'Das Token gilt nicht.');
    settle(mode, reply, 200, { status: 'ok' });
  }

  @Post('datenabruf')
  async lookup(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const parsed = question.safeParse(treeOf(body));
    const asked = parsed.data?.['datenabruf.anfrage'];
    const ars = asked && arsOf(asked['nachrichtenkopf.g2g'].autor.kennung);
    const mode = this.world.take('melderegister', { ars, delivery: true });
    if (replaced(mode, reply)) return;
    if (request.headers.authorization !== authorization) return problem(reply, 401, 'Das Token gilt nicht.');
    if (!asked) return problem(reply, 400, 'Das ist keine Anfrage an das Melderegister.');
    const { nachrichtenUUID: uuid } = asked['nachrichtenkopf.g2g']['identifikation.nachricht'];
    const { aktenzeichen: submissionId } = asked.datenAbrufendeStelle;
    const effect = { submissionId, idempotencyKey: uuid, at: new Date().toISOString(), ars: ars ?? '' };
    await this.world.record('melderegister', effect, 0);
    const codes = asked.steuerungsinformationen.anforderungselement.map(({ code }) => code);
    const results = asked.suchprofil.map((one) => ({ '@nummer': one['@nummer'], ...resultFor(wantedIn(one), codes) }));
    settle(mode, reply.type('application/xml'), 200, answer(uuid, results));
  }
}

function treeOf(body: unknown): unknown {
  const text = Buffer.isBuffer(body) ? body.toString() : '';
  return !text.includes('<!') && XMLValidator.validate(text) === true ? parser.parse(text) : undefined;
}

const byAgs = new Map(loadRegions().municipalities.map(({ key }) => [`ags:${key.slice(0, 5)}${key.slice(9)}`, key]));
const arsOf = (kennung: string) => byAgs.get(kennung) ?? kennung;

function wantedIn({ auswahldaten: { name, geburtsdatum, anschrift } }: z.infer<typeof profile>): Wanted {
  return {
    familienname: name.nachname.name,
    vornamen: name.vornamen?.name,
    geburtsdatum: geburtsdatum?.jahrMonatTag,
    anschrift: { strasse: anschrift?.strasse, plz: anschrift?.postleitzahl },
  };
}

function resultFor(wanted: Wanted, codes: string[]): Record<string, Json> {
  const [person, another] = findPersons(wanted);
  if (!person) return { 'mr:trefferart': { code: 'keinTreffer' } };
  if (another) return { 'mr:trefferart': { code: 'mehrdeutig' } };
  return { 'mr:trefferart': { code: 'eindeutig' }, 'mr:person': told(person, codes) };
}

/** Only what was asked for. */
function told({ familienname, vornamen, geburtsdatum, anschrift, einzugsdatum }: Person, codes: string[]) {
  const { strasse, hausnummer, plz, ort } = anschrift;
  const asks = (code: string) => codes.includes(code);
  return {
    ...((asks('familienname') || asks('vornamen')) && {
      name: {
        nachname: { name: familienname },
        ...(asks('vornamen') && { vornamen: { name: vornamen } }),
      },
    }),
    ...(asks('geburtsdatum') && { geburtsdatum: { jahrMonatTag: geburtsdatum } }),
    wohnung: {
      ...(asks('anschrift') && { anschrift: { strasse, hausnummer, postleitzahl: plz, wohnort: ort } }),
      ...(asks('einzugsdatum') && { einzugsdatum }),
    },
  };
}

function answer(uuid: string, results: Json[]): Buffer {
  const message = {
    'mr:datenabruf.antwort': {
      '@xmlns:mr': 'urn:stellwerk:melderegister:2',
      '@standard': 'Melderegister',
      '@version': '2.0',
      'nachrichtenkopf.g2g': {
        'identifikation.nachricht': {
          nachrichtenUUID: crypto.randomUUID(),
          nachrichtentyp: { code: 'datenabruf.antwort' },
          erstellungszeitpunkt: new Date().toISOString(),
          bezug: { nachrichtenUUID: uuid },
        },
      },
      'mr:ergebnis': results,
    },
  };
  return encode(message, 'xml').bytes;
}
