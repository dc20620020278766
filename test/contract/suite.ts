import { answerChecks } from './answers.js';
import { boundChecks } from './bound.js';
import { checkChecks } from './check.js';
import { deliveryChecks } from './delivery.js';
import { doubtChecks } from './doubt.js';
import { manifestChecks } from './manifest.js';
import { parameterChecks, releaseChecks } from './parameters.js';
import { privacyChecks } from './privacy.js';
import { registerChecks } from './register.js';
import { type Check, hasTarget, type Subject } from './subject.js';

const withTarget = [
  ...checkChecks,
  ...deliveryChecks,
  ...doubtChecks,
  ...answerChecks,
  ...privacyChecks,
  ...boundChecks,
  ...parameterChecks,
  ...registerChecks,
];

/**
 * Everything that must be true of this adapter, by name. What it cannot do, its manifest or its fixture has declared.
 */
export function checksOf(subject: Subject): { name: string; run(): Promise<void> | void }[] {
  const bound = <S extends Subject>(checks: Check<S>[], one: S) =>
    checks
      .filter((check) => check.when?.(one) ?? true)
      .map((check) => ({ name: check.name, run: () => check.run(one) }));
  return [
    ...bound([...manifestChecks, ...releaseChecks], subject),
    ...(hasTarget(subject) ? bound(withTarget, subject) : []),
  ];
}
