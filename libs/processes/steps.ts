import type { PlannedStep } from '#submission/submission.js';
import type { Json } from '#submission/vocabulary.js';
import type { Process, Step } from './process.js';

export interface Plan {
  /** The steps that apply, in order. */
  steps: PlannedStep[];
  /** Titles of steps that do not apply, and why (German). */
  skipped: { step: string; reason: string }[];
  /** Parameters by which the region must name an adapter, and does not. */
  missing: string[];
}

/** Which steps apply to a submission. `parameters` are the effective values by full name. */
export function steps(
  process: Process,
  { data, parameters }: { data: Json; parameters: Record<string, unknown> },
): Plan {
  const plan: Plan = { steps: [], skipped: [], missing: [] };
  for (const step of process.steps) {
    const adapter = adapterOf(step, parameters);
    if (step.consent !== undefined && valueAt(data, step.consent.split('.')) !== true)
      plan.skipped.push({ step: step.title, reason: 'Die Einwilligung dazu liegt nicht vor.' });
    else if (adapter !== undefined)
      plan.steps.push({ name: step.name, title: step.title, kind: step.kind, adapter, optional: step.optional });
    else if (step.optional) plan.skipped.push({ step: step.title, reason: 'Dafür ist hier kein Adapter benannt.' });
    else plan.missing.push((step.adapter as { parameter: string }).parameter);
  }
  return plan;
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
