import type { Difference } from '#adapters/contract.js';
import { positions } from '#fim/model.js';
import type { Json } from '#submission/vocabulary.js';
import type { Process } from './process.js';
import type { Step } from './process-file.js';
import { valuesAt } from './values.js';

/**
 * The values in which a register's answer differs from the form, as the step's `compare` pairs them. A side without a
 * value makes no difference. Lists (several persons asked about at once, repeated groups) are paired in their order.
 */
export function differences(
  process: Pick<Process, 'model'>,
  step: Step,
  data: Json,
  attributes: Record<string, Json>,
): Difference[] {
  if (step.kind !== 'register') return [];
  return Object.entries(step.compare ?? {}).flatMap(([attribute, field]) => {
    const register = valuesAt(attributes, attribute.split('.'));
    const form = valuesAt(data, field.split('.'));
    const label = labelOf(process, field);
    return register.flatMap((value, n) => {
      if (!differ(form[n], value)) return [];
      const numbered = register.length > 1 ? `${label} (${n + 1})` : label;
      return [{ field, label: numbered, form: String(form[n]), register: String(value) }];
    });
  });
}

function differ(form: Json | undefined, register: Json | undefined): boolean {
  if (!isStated(form) || !isStated(register)) return false;
  return normal(String(form)) !== normal(String(register));
}

const isStated = (value: Json | undefined) =>
  value !== undefined && value !== null && value !== '' && typeof value !== 'object';

/**
 * Removes what does not count: Unicode form (NFC), case, surrounding and doubled spaces, and the spelling of Straße
 * (Strasse, Str.) at a word's end.
 */
function normal(text: string): string {
  const plain = text.normalize('NFC').toLocaleLowerCase('de').trim().replace(/\s+/g, ' ');
  return plain.replace(/str(aße|asse|\.)(?=[\s,]|$)/g, 'str');
}

function labelOf({ model }: Pick<Process, 'model'>, field: string): string {
  return [...positions(model)].find(({ path }) => path === field)?.edge.element.label ?? field;
}
