import { z } from 'zod';
import { bookingOf } from './booking.js';
import { ask, refusal, send } from './client.js';

const parameters = z.object({
  url: z.url({ protocol: /^https?$/ }).describe('Adresse des Mandanten in Rosenstein Steuern'),
  mandant: z
    .string()
    .regex(/^\d{4}$/, 'Vier Ziffern')
    .describe('Mandantennummer, vier Ziffern'),
  apiKey: z.string().min(1).describe('Schnittstellenschlüssel').meta({ secret: true }),
});

export const adapter = {
  manifest: {
    contract: 1,
    id: 'rosenstein',
    version: '2.1.0',
    kind: 'fachverfahren',
    title: 'Rosenstein Steuern',
    summary:
      'Legt Sendungen als Vorgang in Rosenstein Steuern an, einem erfundenen Verfahren eines erfundenen Herstellers.',
    accepts: ['*'],
    protocols: ['HTTPS'],
    capabilities: { find: true, render: true, status: false, idempotentTarget: true },
    parameters,
    dataCategories: ['Angaben der antragstellenden Person', 'Angaben zur beantragten Leistung', 'Anlagen'],
    legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO in Verbindung mit dem Kommunalabgabengesetz',
  },

  async check(context, given) {
    const { status } = await ask(context, given, 'stellwerk-check');
    const connected = { step: 'connect', ok: true, message: 'Rosenstein Steuern antwortet.' };
    if (status === 401 || status === 403)
      return [
        connected,
        { step: 'authenticate', ok: false, message: 'Der Schlüssel wird nicht angenommen.', parameter: 'apiKey' },
      ];
    const ready = status === 200 || status === 404;
    return [connected, { step: 'ready', ok: ready, message: ready ? 'Bereit.' : `Nicht bereit (HTTP ${status}).` }];
  },

  async deliver(context, delivery, given) {
    const { body } = await context.checkpoint('send', { body: JSON.stringify(await bookingOf(delivery)) });
    const answer = await send(context, given, body);
    return answer.status === 200 || answer.status === 201
      ? { kind: 'delivered', externalReference: answer.json().vorgang }
      : refusal(answer, context.now());
  },

  async find(context, key, given) {
    const answer = await ask(context, given, key);
    if (answer.status === 404) return 'absent';
    if (answer.status !== 200) throw new Error(`find was answered with HTTP ${answer.status}`);
    return { externalReference: answer.json().vorgang };
  },

  async render(_context, delivery) {
    const bytes = Buffer.from(JSON.stringify(await bookingOf(delivery)));
    return [{ name: 'vorgang.json', mimetype: 'application/json', bytes }];
  },
};
