import type { Outcome } from '../../contract.js';
import type { PlaceParameters } from './parameters.js';

/** The place refuses or cannot be reached, and what that means. The call that throws it has changed nothing there. */
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

/** There is no such file or directory. */
export class Absent extends Obstacle {}

export const later = (step: Obstacle['step'], text: string, detail: string, parameter?: keyof PlaceParameters) =>
  new Obstacle(step, { kind: 'later', reason: { public: text, detail } }, parameter);

export const misconfigured = (
  step: Obstacle['step'],
  parameter: keyof PlaceParameters,
  text: string,
  detail = '',
): Obstacle => new Obstacle(step, { kind: 'misconfigured', parameter, reason: { public: text, detail } });
