import type { AdapterContext, HttpAnswer, HttpRequest } from '../../contract.js';
import { refusalOf } from '../outcomes.js';
import { later, misconfigured, Obstacle } from './obstacle.js';
import { credential, type PlaceParameters } from './parameters.js';
import { texts } from './texts.js';
import type { Place } from './use.js';

/** Opens a folder on a WebDAV server (RFC 4918). Uses PUT, MOVE and PROPFIND, which every class 1 server has. */
export async function openWebdav(context: AdapterContext, given: PlaceParameters): Promise<Place> {
  const base = given.url!.replace(/\/*$/, '/');
  const tls = {
    ...(given.ca && { ca: given.ca }),
    ...(given.certificate && { certificate: given.certificate, key: given.certificateKey! }),
  };
  const own = authorization(context, given);
  const at = (name: string) => base + encodeURIComponent(name);
  const ask = (url: string, { headers, ...request }: HttpRequest) =>
    context.http(url, { ...request, headers: { ...own, ...headers }, tls });

  /** Bytes; undefined where there is nothing. Only 207 counts: a login page or a proxy answers 200 to anything. */
  async function size(url: string): Promise<number | undefined> {
    const answer = await ask(url, { method: 'PROPFIND', headers: { depth: '0', accept: 'application/xml' } });
    if (answer.status === 404 || answer.status === 410) return undefined;
    demand([207], answer);
    if (!/<(?:[\w-]+:)?multistatus[\s>]/i.test(answer.text())) throw new Error('the answer is no multistatus');
    return Number(/<(?:[\w-]+:)?getcontentlength[^>]*>\s*(\d+)/i.exec(answer.text())?.[1] ?? 0);
  }

  function demand(statuses: number[], answer: HttpAnswer): void {
    if (!statuses.includes(answer.status)) throw obstacle(answer, given, context.now());
  }

  return {
    async write(name, bytes) {
      const headers = { 'content-type': 'application/octet-stream' };
      demand([200, 201, 204], await ask(at(name), { method: 'PUT', headers, body: bytes }));
    },
    async rename(from, to) {
      const headers = { destination: at(to), overwrite: 'T' };
      demand([201, 204], await ask(at(from), { method: 'MOVE', headers }));
    },
    size: (name) => size(at(name)),
    async read(name, largest) {
      const answer = await ask(at(name), { largest });
      if (answer.status === 404 || answer.status === 410) return undefined;
      demand([200], answer);
      return answer.bytes();
    },
    async probe() {
      if ((await size(base)) === undefined) throw misconfigured('directory', 'url', texts.webdav.noFolder, 'HTTP 404');
    },
    close() {},
  };
}

function authorization(context: AdapterContext, { token, user, password }: PlaceParameters): Record<string, string> {
  if (token) return { authorization: `Bearer ${token}` };
  if (!user) return {};
  const encoded = Buffer.from(`${user}:${password}`).toString('base64');
  context.conceal(encoded);
  return { authorization: `Basic ${encoded}` };
}

/**
 * RFC 4918 §9.7.1: 409, the folder above is missing; §11.3: 423, locked; §11.5: 507, no space. Other statuses mean what
 * they mean for any HTTP target.
 */
function obstacle(answer: HttpAnswer, given: PlaceParameters, now: Date): Error {
  const { status } = answer;
  const detail = `HTTP ${status}`;
  if (status === 409) return misconfigured('directory', 'url', texts.webdav.noFolder, detail);
  if (status === 423) return later('directory', texts.webdav.locked, detail);
  const outcome = refusalOf(answer, { credentials: credential(given), path: 'url' }, now);
  if (outcome.kind === 'unknown') return new Error(`the server answered ${detail}`);
  return new Obstacle(status === 401 || status === 403 ? 'authenticate' : 'directory', outcome);
}
