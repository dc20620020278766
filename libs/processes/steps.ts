import type { PlannedStep } from '#submission/submission.js';
import { type Json, reaches, type TrustLevel, trustLevels } from '#submission/vocabulary.js';
import type { Process } from './process.js';
import type { Step } from './process-file.js';

export interface Plan {
  /** The steps that apply, in order. */
  steps: PlannedStep[];
  /** Titles of steps that do not apply, and why (German). */
  skipped: { step: string; reason: string }[];
  /** Parameters by which the region must name an adapter, and does not. */
  missing: string[];
}

/** What decides which steps apply. */
export interface Given {
  data: Json;
  /** The effective values by full name. */
  parameters: Record<string, unknown>;
  /** At which level the applicant was identified; absent: not at all. */
  trustLevel?: TrustLevel | undefined;
  /** What the register behind an adapter demands. */
  demands?(adapter: string): TrustLevel | undefined;
}

/** Which steps apply to a submission. */
export function steps(process: Process, { data, parameters, trustLevel, demands = () => undefined }: Given): Plan {
  const plan: Plan = { steps: [], skipped: [], missing: [] };
  for (const step of process.steps) {
    const adapter = adapterOf(step, parameters);
    const untrusted = adapter === undefined ? undefined : mistrust(step, demands(adapter), trustLevel);
    if (!applies(step, data)) plan.skipped.push({ step: step.title, reason: 'Der Antrag macht dazu keine Angabe.' });
    else if (step.consent !== undefined && valueAt(data, step.consent.split('.')) !== true)
      plan.skipped.push({ step: step.title, reason: 'Die Einwilligung dazu liegt nicht vor.' });
    else if (untrusted !== undefined) plan.skipped.push({ step: step.title, reason: untrusted });
    else if (adapter !== undefined)
      // a lookup that fails may be skipped; a delivery is optional only as long as the region names no adapter for it
      plan.steps.push({
        ...{ name: step.name, title: step.title, kind: step.kind, adapter },
        optional: step.kind === 'register' && step.optional,
      });
    else if (step.optional) plan.skipped.push({ step: step.title, reason: 'Dafür ist hier kein Adapter benannt.' });
    else plan.missing.push((step.adapter as { parameter: string }).parameter);
  }
  return plan;
}

/** Why a register must not be asked at this level (German): the higher of what it demands itself and what the step demands is not reached. */
export function mistrust(
  step: Step,
  register: TrustLevel | undefined,
  level: TrustLevel | undefined,
): string | undefined {
  if (step.kind !== 'register') return undefined;
  const demanded = trustLevels.findLast((one) => one === register || one === step.trustLevel);
  if (reaches(level, demanded)) return undefined;
  const is = level === undefined ? 'hat sich nicht elektronisch ausgewiesen' : `hat sich mit „${level}“ ausgewiesen`;
  return `Die Auskunft verlangt das Vertrauensniveau „${demanded}“; die Person ${is}.`;
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

/** Whether the form says something where the step needs it to. */
export function applies({ when }: Step, data: Json): boolean {
  const value = when === undefined ? true : valueAt(data, when.split('.'));
  return value !== undefined && value !== null && value !== '';
}
