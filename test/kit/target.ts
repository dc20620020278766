import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Mode =
  | 'well'
  | 'commit-then-hang'
  | 'commit-then-fail'
  | 'hang'
  | 'slow'
  | 'down'
  | 'busy'
  | 'reading-only'
  | 'silent';

/**
 * A Fachverfahren that counts: every POST is an effect, also one that repeats a key. So an effect that happens twice is
 * seen, whoever would have forgiven it. It answers `find` by key.
 */
export async function openTarget() {
  const effects: { key: string; submissionId: string; traceparent: string | undefined; body: string }[] = [];
  /** What becomes of the next deliveries. */
  let mode: Mode = 'well';
  let calls = 0;
  /** Milliseconds after which a slow target commits. */
  let late = 2_000;
  /** What the target does with a delivery that it has, before it answers. */
  let first: (submissionId: string) => Promise<void> = async () => {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      calls++;
      const path = request.url ?? '';
      if (mode === 'busy' || (mode === 'reading-only' && request.method !== 'GET'))
        return void response.writeHead(503).end();
      if (mode === 'silent') return;
      if (mode === 'down') return void request.socket.destroy();
      if (request.method === 'GET') {
        const key = path.split('/').at(-1);
        const found = effects.find((effect) => effect.key === key);
        response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
        return void response.end(JSON.stringify(found ? { reference: `R-${key}` } : { detail: 'unbekannt' }));
      }
      if (mode === 'hang') return;
      const body = Buffer.concat(chunks).toString();
      const key = String(request.headers['idempotency-key']);
      const commit = () =>
        effects.push({
          key,
          submissionId: JSON.parse(body).submissionId,
          traceparent: request.headers['traceparent'] as string,
          body,
        });
      if (mode === 'slow') return void setTimeout(commit, late); // and never answers
      commit();
      if (mode === 'commit-then-hang') return;
      if (mode === 'commit-then-fail') return void response.writeHead(effects.length % 2 ? 502 : 504).end();
      await first(JSON.parse(body).submissionId);
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ reference: `R-${key}` }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    effects,
    /** Requests so far. */
    calls: () => calls,
    /** Nobody listens any more, until it is `back`. */
    async leave() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
    async back() {
      await once(server.listen(port, '127.0.0.1'), 'listening');
    },
    /** How often each submission took effect. */
    counts: () =>
      effects.reduce(
        (counts, { submissionId }) => counts.set(submissionId, (counts.get(submissionId) ?? 0) + 1),
        new Map<string, number>(),
      ),
    become(next: Mode, milliseconds = 2_000) {
      mode = next;
      late = milliseconds;
    },
    beforeItAnswers(act: (submissionId: string) => Promise<void>) {
      first = act;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
