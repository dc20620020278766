import Fastify from 'fastify';
import { openProcesses } from '#processes/load.js';
import { insertSubmission } from '#store/accept.js';
import { openDatabase } from '#store/database.js';
import type { Json } from '#submission/vocabulary.js';

/*
 * What accepting costs at least: Fastify, the same compiled schema, the same rows in the same one statement. No Nest,
 * no authentication, no mapping. The gateway is measured against this process in the same run.
 */
const [port, url] = process.argv.slice(2);
const db = await openDatabase(url!, { application: 'bare' });
const universal = openProcesses().universal()!;
const app = Fastify();
app.post('/', async (request, reply) => {
  const { value, errors } = universal.validator.validate(request.body as Json);
  if (errors.length) return reply.code(422).send({ errors });
  const acceptance = await insertSubmission(
    db,
    {
      channel: 'service-bw',
      leistung: '99089017152000',
      ars: '081110000000',
      processVersion: universal.version,
      schema: universal.schema,
      metadata: {},
      data: value,
      attachments: [],
      steps: [{ name: 'zustellung', title: 'Zustellung', kind: 'fachverfahren', adapter: 'bare', optional: false }],
    },
    { client: 'bare', contentHash: '', traceparent: '' },
  );
  return reply.code(acceptance.kind === 'accepted' ? 202 : 503).send(acceptance);
});
await app.listen({ port: Number(port), host: '127.0.0.1' });
