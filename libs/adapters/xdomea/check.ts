import { standardOn } from '#xoev/standards.js';
import type { AdapterContext, CheckStep } from '../contract.js';
import { probe } from '../tools/place/drop.js';
import { Obstacle } from '../tools/place/obstacle.js';
import { visitReturns } from './client/returns.js';
import type { XdomeaParameters } from './parameters.js';
import { texts } from './texts.js';

/** Checks the place and the folder of the confirmations, and tells whether messages are checked before filing. */
export async function check(context: AdapterContext, given: XdomeaParameters): Promise<CheckStep[]> {
  const steps = await probe(context, given);
  if (steps.some(({ ok }) => !ok)) return steps;
  const returns = given.returns === undefined ? [] : [await returnStep(context, given)];
  return [...steps, ...returns, schemaStep(context, given)];
}

async function returnStep(context: AdapterContext, given: XdomeaParameters): Promise<CheckStep> {
  const step = { step: 'returns', parameter: 'returns' };
  try {
    await visitReturns(context, given, (place) => place.probe());
    return { ...step, ok: true, message: texts.check.returns };
  } catch (error) {
    if (!(error instanceof Obstacle)) throw error;
    const { outcome } = error;
    const why = outcome.kind === 'rejected' ? texts.check.targetRefuses : outcome.reason.public;
    return { ...step, ok: false, message: texts.check.noReturns(why) };
  }
}

function schemaStep({ schemas, now }: AdapterContext, { validation }: XdomeaParameters): CheckStep {
  const standard = standardOn('xdomea', now());
  if (standard && schemas.knows(standard.namespace))
    return { step: 'schema', ok: true, message: texts.check.checkedBy(standard.version) };
  return { step: 'schema', ok: validation !== 'required', parameter: 'validation', message: texts.check.unchecked };
}
