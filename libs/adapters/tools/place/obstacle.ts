import type { Outcome } from '../../contract.js';
import type { Given } from './parameters.js';

/** The place said no, or cannot be reached: what that means. The call that throws it has changed nothing. */
export class Obstacle extends Error {
  constructor(
    readonly step: 'connect' | 'hostKey' | 'authenticate' | 'directory',
    readonly outcome: Exclude<Outcome, { kind: 'delivered' | 'pending' }>,
    /** Where a connection test points, also where the outcome names no parameter. */
    readonly parameter = outcome.kind === 'misconfigured' ? outcome.parameter : undefined,
  ) {
    super(`${step}: ${outcome.kind}`);
  }
}

export const later = (step: Obstacle['step'], text: string, detail: string, parameter?: keyof Given) =>
  new Obstacle(step, { kind: 'later', reason: { public: text, detail } }, parameter);

export const misconfigured = (step: Obstacle['step'], parameter: keyof Given, text: string, detail = '') =>
  new Obstacle(step, { kind: 'misconfigured', parameter, reason: { public: text, detail } });
