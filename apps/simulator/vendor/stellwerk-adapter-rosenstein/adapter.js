import { refusalOf } from './answers.js';
import { ask, send } from './client.js';
import { bookingOf } from './mapping.js';
import { parameters } from './parameters.js';
import { texts } from './texts.js';

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
    boundSet: { parameters: ['url', 'mandant', 'apiKey'] },
    dataCategories: ['Angaben der antragstellenden Person', 'Angaben zur beantragten Leistung', 'Anlagen'],
    legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO in Verbindung mit dem Kommunalabgabengesetz',
  },

  async check(context, given) {
    const { status } = await ask(context, given, 'stellwerk-check');
    const connected = { step: 'connect', ok: true, message: texts.check.answers };
    if (status === 401 || status === 403)
      return [connected, { step: 'authenticate', ok: false, message: texts.check.keyRefused, parameter: 'apiKey' }];
    const ready = status === 200 || status === 404;
    const message = ready ? texts.check.ready : texts.check.notReady(status);
    return [connected, { step: 'ready', ok: ready, message }];
  },

  async deliver(context, delivery, given) {
    const { body } = await context.checkpoint('send', { body: JSON.stringify(await bookingOf(delivery)) });
    const answer = await send(context, given, body);
    return answer.status === 200 || answer.status === 201
      ? { kind: 'delivered', externalReference: answer.json().vorgang }
      : refusalOf(answer, context.now());
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
