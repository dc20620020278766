import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { FachverfahrenAdapter } from '../contract.js';
import { texts } from './texts.js';

const parameters = z.object({
  delayMs: z.number().int().min(0).max(60_000).default(0).describe('Pause vor der Antwort in Millisekunden'),
});

export const adapter: FachverfahrenAdapter = {
  manifest: {
    contract: 1,
    id: 'echo',
    version: '1.0.0',
    kind: 'fachverfahren',
    title: 'Echo',
    summary: 'Nimmt jede Sendung an und leitet sie nirgendwohin; zum Ausprobieren einer Strecke ohne Fachverfahren.',
    accepts: ['*'],
    protocols: ['keines'],
    capabilities: { find: true, render: true, status: false, idempotentTarget: true },
    findableWithin: 0,
    parameters,
    dataCategories: [],
    legalBasis: 'keine: Es werden keine Daten übermittelt.',
  },

  async check() {
    return [{ step: 'parameters', ok: true, message: texts.noConnection }];
  },

  async deliver(context, _delivery, values) {
    const { delayMs } = parameters.parse(values);
    if (delayMs > 0) await pause(delayMs, undefined, { signal: context.signal });
    return { kind: 'delivered', externalReference: `echo-${context.idempotencyKey}` };
  },

  /** Nothing is kept, so nothing has arrived; delivering again changes nothing. */
  async find() {
    return 'absent';
  },

  async render() {
    return [];
  },
};
