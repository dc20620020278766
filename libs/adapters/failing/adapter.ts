import type { FachverfahrenAdapter, Outcome } from '../contract.js';
import { parameters } from './parameters.js';
import { texts } from './texts.js';

const outcomes: Record<'later' | 'rejected' | 'misconfigured' | 'unknown', Outcome> = {
  later: { kind: 'later', reason: { public: texts.outcomes.later } },
  rejected: { kind: 'rejected', reasons: [{ public: texts.outcomes.rejected }] },
  misconfigured: { kind: 'misconfigured', parameter: 'mode', reason: { public: texts.outcomes.misconfigured } },
  unknown: { kind: 'unknown', reason: { public: texts.outcomes.unknown } },
};

/** Fails on demand in every way in which an adapter can fail. It has no `find`, so in doubt a person decides. */
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
    const ok = mode !== 'later';
    return [{ step: 'connect', ok, message: ok ? texts.check.there : texts.check.away }];
  },

  async deliver(context, delivery, values) {
    const { mode } = parameters.parse(values);
    if (mode === 'throw') throw new Error('the failing adapter throws');
    if (mode === 'hang') return new Promise(() => {});
    if (mode === 'unknown') await context.checkpoint('send', { submissionId: delivery.submissionId });
    return outcomes[mode];
  },
};
