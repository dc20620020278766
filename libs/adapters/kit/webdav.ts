import { readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { type Action, type FileServerBackend, type Login, slowness } from './file-server.js';

/**
 * A WebDAV server (RFC 4918) over folders on this host, with the methods that putting files there takes: PUT, MOVE,
 * PROPFIND, GET and DELETE, behind Basic authentication.
 */
export function webdavServer(
  backend: FileServerBackend,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const body = await buffer(request);
    const [user = '', password] = basic(request.headers.authorization);
    const login = backend.login(user);
    const answer = (status: number, text = '', type = 'application/xml') =>
      void response.writeHead(status, { 'content-type': type }).end(text);
    if (!login || login.password !== password || backend.trouble('login', login) === 'unauthorized')
      return answer(401, 'wer?', 'text/plain');
    const path = pathOf(request.url!);
    const to = pathOf(request.headers.destination as string | undefined);
    const action = actionOf(request.method!, to);
    const trouble = backend.trouble(action, login, to || path);
    const work = () => perform(request.method!, login, path, to, body, backend);
    if (trouble === 'down') return void response.destroy();
    if (trouble === 'hang') return;
    if (trouble === 'garbage') return answer(200, '<html>Wartungsarbeiten', 'text/html');
    if (trouble === 'huge') return answer(207, 'x'.repeat(11 * 1024 * 1024));
    if (trouble === 'busy') return answer(503);
    if (trouble === 'forbidden') return answer(403);
    if (trouble === 'refuse') return answer(422, JSON.stringify({ detail: `${body}` }), 'application/json');
    const [status, text] = await work().catch((error: NodeJS.ErrnoException): Done => [codeOf(error)]);
    backend.called?.();
    if (trouble === 'commit-then-hang' && action === 'arrive') return;
    if (trouble === 'commit-then-fail' && action === 'arrive') return answer(502);
    if (trouble === 'slow') await pause(slowness);
    answer(status, text);
  };
}

type Done = [status: number, text?: string];

async function perform(
  method: string,
  login: Login,
  path: string,
  to: string,
  body: Buffer,
  backend: FileServerBackend,
): Promise<Done> {
  const at = (one: string) => join(login.folder, one);
  switch (method) {
    case 'PROPFIND':
      return [207, multistatus(path, await stat(at(path)))];
    case 'GET':
      return [200, await readFile(at(path), 'utf8')];
    case 'PUT':
      await writeFile(at(path), body);
      return [201];
    case 'MOVE':
      await rename(at(path), at(to));
      if (!hidden(to)) await backend.arrived(login, to);
      return [201];
    case 'DELETE':
      await unlink(at(path));
      return [204];
    default:
      return [405];
  }
}

const hidden = (path: string) => basename(path).startsWith('.');

function actionOf(method: string, to: string): Action {
  if (method === 'PROPFIND' || method === 'GET') return 'read';
  return method === 'MOVE' && !hidden(to) ? 'arrive' : 'write';
}

/** A file's name, wherever the server is mounted; empty for the folder itself, whose address ends with a slash. */
function pathOf(address: string | undefined): string {
  const path = address ? decodeURIComponent(new URL(address, 'http://here').pathname) : '/';
  return path.endsWith('/') ? '' : basename(path);
}

const basic = (header = '') =>
  Buffer.from(header.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':');

const multistatus = (path: string, { size }: { size: number | bigint }) =>
  '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:"><d:response>' +
  `<d:href>/${encodeURIComponent(path)}</d:href>` +
  `<d:propstat><d:prop><d:getcontentlength>${size}</d:getcontentlength></d:prop>` +
  '<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>';

function codeOf({ code }: NodeJS.ErrnoException): number {
  if (code === 'ENOENT') return 404;
  return code === 'EACCES' ? 403 : 500;
}
