import type { PlannedStep } from '#submission/submission.js';
import { type Json, reaches, type TrustLevel, trustLevels } from '#submission/vocabulary.js';
import type { Process } from './process.js';
import type { Step } from './process-file.js';
import { texts } from './texts.js';

export interface Plan {
  /** The steps that apply, in order. */
  steps: PlannedStep[];
  /** Titles of steps that do not apply, and why (German). */
  skipped: { step: string; reason: string }[];
  /** Parameters by which the region must name an adapter and does not. */
  missing: string[];
}

/** What decides which steps apply. */
export interface PlanInput {
  data: Json;
  /** The effective values by full name. */
  parameters: Record<string, unknown>;
  /** The level at which the applicant was identified; absent if not at all. */
  trustLevel?: TrustLevel | undefined;
  /** The level that the register behind an adapter demands. */
  demands?(adapter: string): TrustLevel | undefined;
}

/** Decides which steps apply to a submission. */
export function planSteps(process: Process, input: PlanInput): Plan {
  const plan: Plan = { steps: [], skipped: [], missing: [] };
  for (const step of process.steps) {
    const adapter = adapterOf(step, input.parameters);
    const reason = skipReason(step, adapter, input);
    if (reason !== undefined) plan.skipped.push({ step: step.title, reason });
    else if (adapter !== undefined) plan.steps.push(planned(step, adapter));
    else if (typeof step.adapter === 'object') plan.missing.push(step.adapter.parameter);
  }
  return plan;
}

/** A lookup that fails may be skipped. A delivery is optional only as long as the region names no adapter for it. */
const planned = ({ name, title, kind, optional }: Step, adapter: string): PlannedStep => ({
  name,
  title,
  kind,
  adapter,
  optional: kind === 'register' && optional,
});

function skipReason(
  step: Step,
  adapter: string | undefined,
  { data, trustLevel, demands = () => undefined }: PlanInput,
): string | undefined {
  if (!applies(step, data)) return texts.skipped.nothingStated;
  if (step.consent !== undefined && valueAt(data, step.consent.split('.')) !== true) return texts.skipped.noConsent;
  if (adapter === undefined) return step.optional ? texts.skipped.noAdapter : undefined;
  return insufficientTrust(step, demands(adapter), trustLevel);
}

/**
 * The German reason why a register must not be asked about a person who was identified at `level`. Both what the
 * register demands itself and what the step demands must be reached.
 */
export function insufficientTrust(
  step: Step,
  register: TrustLevel | undefined,
  level: TrustLevel | undefined,
): string | undefined {
  if (step.kind !== 'register') return undefined;
  const demanded = trustLevels.findLast((one) => one === register || one === step.trustLevel);
  if (reaches(level, demanded)) return undefined;
  return level === undefined ? texts.skipped.notIdentified(demanded) : texts.skipped.trustTooLow(demanded, level);
}

function adapterOf({ adapter }: Step, parameters: Record<string, unknown>): string | undefined {
  if (typeof adapter === 'string') return adapter;
  const named = parameters[adapter.parameter];
  return typeof named === 'string' && named !== '' ? named : adapter.default;
}

function valueAt(data: Json | undefined, [id, ...rest]: string[]): Json | undefined {
  if (id === undefined || data === null || typeof data !== 'object' || Array.isArray(data)) return data;
  return valueAt(data[id], rest);
}

/** Whether the form says something at the step's `when`. */
export function applies({ when }: Step, data: Json): boolean {
  const value = when === undefined ? true : valueAt(data, when.split('.'));
  return value !== undefined && value !== null && value !== '';
}
