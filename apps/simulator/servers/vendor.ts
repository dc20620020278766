import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { z } from 'zod';
import type { Mode } from '../world/faults.js';
import type { World } from '../world/world.js';

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  body: Buffer;
}

const slowness = 5_000;
const form = z.object({
  Hundesteueranmeldung: z.object({
    antrag: z.string().min(1),
    Gemeinde: z.object({ ars: z.string().regex(/^\d{12}$/) }),
  }),
});
const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', parseAttributeValue: false });

/** `PUT /fachverfahren/{ars}/vorgaenge/{key}` takes a form with the part `vorgang` (XML) and files, `GET` finds it. Counts as the system `steuer`. */
export async function vendor(world: World, { request, response, body }: Exchange): Promise<void> {
  const [, ars, key] = /^\/fachverfahren\/(\d{12})\/vorgaenge\/([\w-]+)$/.exec(request.url ?? '') ?? [];
  if (!ars || !key) return answer(response, 404, { detail: 'Diese Adresse gibt es nicht.' });
  const mode = world.take('steuer', { ars, delivery: request.method === 'PUT' });
  if (replaced(mode, response)) return;
  if (request.method === 'GET') {
    const there = await world.effects.steuer.has(key);
    return settle(
      mode,
      response,
      there ? 200 : 404,
      there ? vorgang(key) : { detail: 'Diesen Vorgang gibt es nicht.' },
    );
  }
  if (request.method !== 'PUT') return answer(response, 405, { detail: 'Nur PUT und GET.' });
  const sent = await read(request, body);
  if (!sent) return answer(response, 400, { detail: 'Das ist keine Hundesteueranmeldung.' });
  const effect = {
    submissionId: sent.antrag,
    idempotencyKey: key,
    at: new Date().toISOString(),
    ars: sent.Gemeinde.ars,
  };
  const outcome = await world.record('steuer', effect, createHash('sha256').update(body).digest().readUIntBE(0, 6));
  if (outcome === 'conflict') return answer(response, 409, { detail: 'Diesen Vorgang gibt es mit anderem Inhalt.' });
  settle(mode, response, outcome === 'recorded' ? 201 : 200, vorgang(key));
}

export function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const vorgang = (key: string) => ({ vorgang: { nummer: `VG-${key.slice(0, 18)}` } });

/** What the part `vorgang` says; undefined where it is missing or something else. */
async function read(request: IncomingMessage, body: Buffer) {
  try {
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    const xml = (await new Response(new Uint8Array(body), { headers }).formData()).get('vorgang');
    if (typeof xml !== 'string' || xml.includes('<!DOCTYPE') || XMLValidator.validate(xml) !== true) return undefined;
    return form.parse(parser.parse(xml)).Hundesteueranmeldung;
  } catch {
    return undefined;
  }
}

/** Answers in place of the system where the fault says so. */
function replaced(mode: Mode, response: ServerResponse): boolean {
  switch (mode) {
    case 'down':
      response.destroy();
      return true;
    case 'busy':
      response.setHeader('retry-after', '1');
      answer(response, 503, { detail: 'Gerade ist zu viel los.' });
      return true;
    case 'unauthorized':
      answer(response, 401, { detail: 'Das Token gilt nicht.' });
      return true;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Wartungsarbeiten');
      return true;
    case 'reject':
      answer(response, 422, { detail: 'Die Sendung erfüllt eine Regel des Fachverfahrens nicht.' });
      return true;
    default:
      return false;
  }
}

/** Answers as the fault says, once the work is done: now, after five seconds, or never. */
function settle(mode: Mode, response: ServerResponse, status: number, body: object): void {
  if (mode === 'slow') setTimeout(() => answer(response, status, body), slowness).unref();
  else if (mode !== 'commit-then-hang') answer(response, status, body);
}
