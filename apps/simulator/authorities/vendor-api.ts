import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { toPlain } from '#xoev/plain.js';
import { readXml } from '#xoev/read.js';
import { texts } from '../texts.js';
import { type Mode, slowMs } from '../world/faults.js';
import { fingerprint } from '../world/fingerprint.js';
import { replacementFor } from '../world/respond.js';
import type { World } from '../world/world.js';

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  body: Buffer;
}

const formSchema = z.object({
  Hundesteueranmeldung: z.object({
    '@antrag': z.string().min(1),
    Gemeinde: z.object({ '@ars': z.string().regex(/^\d{12}$/) }),
  }),
});

/**
 * `PUT /fachverfahren/{ars}/vorgaenge/{key}` takes a form with the part `vorgang` (XML) and files, `GET` finds it.
 * Counts as the system `steuer`.
 */
export async function vendorApi(world: World, { request, response, body }: Exchange): Promise<void> {
  const [, ars, key] = /^\/fachverfahren\/(\d{12})\/vorgaenge\/([\w-]+)$/.exec(request.url ?? '') ?? [];
  if (!ars || !key) return send(response, 404, { detail: texts.vendor.unknownAddress });
  const mode = world.modeFor('steuer', { ars, delivery: request.method === 'PUT' });
  if (replaced(mode, response)) return;
  if (request.method === 'GET') {
    if (await world.effects.steuer.has(key)) return respond(mode, response, 200, vorgang(key));
    return respond(mode, response, 404, { detail: texts.vendor.absent });
  }
  if (request.method !== 'PUT') return send(response, 405, { detail: texts.vendor.onlyPutAndGet });
  const form = await readForm(request, body);
  if (!form) return send(response, 400, { detail: texts.vendor.noForm });
  const effect = { ...form, idempotencyKey: key, at: new Date().toISOString() };
  const outcome = await world.record('steuer', effect, fingerprint(body));
  if (outcome === 'conflict') return send(response, 409, { detail: texts.vendor.conflict });
  respond(mode, response, outcome === 'recorded' ? 201 : 200, vorgang(key));
}

export function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const vorgang = (key: string) => ({ vorgang: { nummer: `VG-${key.slice(-18)}` } });

/** Reads the part `vorgang`; undefined if it is missing or something else. */
async function readForm(
  request: IncomingMessage,
  body: Buffer,
): Promise<{ submissionId: string; ars: string } | undefined> {
  try {
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    const xml = (await new Response(new Uint8Array(body), { headers }).formData()).get('vorgang');
    if (typeof xml !== 'string') return undefined;
    const { '@antrag': submissionId, Gemeinde } = formSchema.parse(toPlain(readXml(xml))).Hundesteueranmeldung;
    return { submissionId, ars: Gemeinde['@ars'] };
  } catch {
    return undefined;
  }
}

/** Answers in place of the system where the fault says so. */
function replaced(mode: Mode, response: ServerResponse): boolean {
  const replacement = replacementFor(mode);
  if (!replacement) return false;
  if (replacement === 'nothing') response.destroy();
  else if ('page' in replacement) response.writeHead(200, { 'content-type': 'text/html' }).end(replacement.page);
  else {
    const { status, detail, headers = {} } = replacement;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    send(response, status, { detail });
  }
  return true;
}

/** Answers once the work is done, as the mode says: now, after five seconds, or never. */
function respond(mode: Mode, response: ServerResponse, status: number, body: object): void {
  if (mode === 'slow') setTimeout(() => send(response, status, body), slowMs).unref();
  else if (mode === 'commit-then-fail') send(response, 502, { detail: texts.badGateway });
  else if (mode !== 'commit-then-hang') send(response, status, body);
}
