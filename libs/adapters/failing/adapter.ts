import { z } from 'zod';
import type { FachverfahrenAdapter, Outcome } from '../contract.js';

const parameters = z.object({
  mode: z
    .enum(['later', 'rejected', 'misconfigured', 'unknown', 'throw', 'hang'])
    .default('later')
    .describe('Wie jede Sendung scheitert'),
});

const outcomes: Record<'later' | 'rejected' | 'misconfigured' | 'unknown', Outcome> = {
  later: { kind: 'later', reason: { public: 'Das Übungsverfahren ist gerade nicht da.' } },
  rejected: { kind: 'rejected', reasons: [{ public: 'Das Übungsverfahren lehnt jede Sendung ab.' }] },
  misconfigured: {
    kind: 'misconfigured',
    parameter: 'mode',
    reason: { public: 'Das Übungsverfahren ist auf „misconfigured“ gestellt.' },
  },
  unknown: { kind: 'unknown', reason: { public: 'Das Übungsverfahren hat nach dem Senden geschwiegen.' } },
};

/** Fails in every way an adapter can, on demand. Has no `find`: in doubt, a person decides. */
export const adapter: FachverfahrenAdapter = {
  manifest: {
    contract: 1,
    id: 'failing',
    version: '1.0.0',
    kind: 'fachverfahren',
    title: 'Übungsverfahren, das scheitert',
    summary: 'Scheitert auf Wunsch auf jede Weise, auf die ein Fachverfahren scheitern kann; für Übungen und Tests.',
    accepts: ['*'],
    protocols: ['keines'],
    capabilities: { find: false, render: false, status: false, idempotentTarget: false },
    deadline: 2_000,
    findableWithin: 0,
    parameters,
    dataCategories: [],
    legalBasis: 'keine: Es werden keine Daten übermittelt.',
  },

  async check(_context, values) {
    const { mode } = parameters.parse(values);
    if (mode === 'hang') return new Promise(() => {});
    if (mode === 'misconfigured')
      return [{ step: 'authenticate', ok: false, message: outcomes.misconfigured.kind, parameter: 'mode' }];
    return [
      {
        step: 'connect',
        ok: mode !== 'later',
        message: mode === 'later' ? 'Das Übungsverfahren ist nicht da.' : 'Das Übungsverfahren ist da.',
      },
    ];
  },

  async deliver(context, delivery, values) {
    const { mode } = parameters.parse(values);
    if (mode === 'throw') throw new Error('the failing adapter throws');
    if (mode === 'hang') return new Promise(() => {});
    if (mode === 'unknown') await context.checkpoint('send', { submissionId: delivery.submissionId });
    return outcomes[mode];
  },
};
