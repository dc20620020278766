import { createServer } from 'node:http';

/*
 * A Fachverfahren that costs little: it takes what the adapter `rest` delivers, and what the bare way does. It counts
 * effects, and what came twice under one key; it refuses nothing. `GET /delay/<ms>` makes it slow.
 */
const effects = new Map<string, number>();
let repeated = 0;
/** Milliseconds that it takes. */
let delay = 0;

createServer((request, response) => {
  const answer = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.url === '/count') return answer(200, { effects: effects.size, repeated });
  if (request.url?.startsWith('/delay/')) {
    delay = Number(request.url.slice('/delay/'.length));
    return answer(200, { delay });
  }
  if (request.url === '/times') return answer(200, Object.fromEntries(effects));
  if (request.method === 'GET') return answer(404, {});
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { submissionId } = JSON.parse(Buffer.concat(chunks).toString());
    if (effects.has(submissionId)) repeated++;
    else effects.set(submissionId, Date.now());
    const taken = () => answer(201, { reference: submissionId });
    if (delay > 0) setTimeout(taken, delay);
    else taken();
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
