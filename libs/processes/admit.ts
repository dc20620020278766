import type { FormField } from '#intake/service-bw/form.js';
import type { Json } from '#submission/vocabulary.js';
import { type FilledInstance, fillInstance, isEmpty, type RejectedField } from './instance.js';
import type { Process } from './process.js';
import { type Program, ProgramError } from './program.js';
import { texts } from './texts.js';

/** Something that is wrong with a form, for the person who filled it. Never repeats a value. */
export interface FieldError {
  /** JSON pointer into the FIM instance; empty for a field that has no position in it. */
  pointer: string;
  /** `<group>_<n>_<field>`, if the form has such a field. */
  formField?: string;
  fimField?: string;
  label: string;
  code: string;
  /** German. */
  message: string;
}

/** The instance as validated, and everything that is wrong with it. It is valid if there is no error. */
export interface Admission {
  data: Json;
  errors: FieldError[];
  /** FIM path of the field that each file belongs to, by attachment id. */
  files: Map<string, string>;
}

/** Maps a form onto the process's schema and validates it. */
export async function admit(process: Process, fields: FormField[]): Promise<Admission> {
  const filled = fillInstance(fields, process.rows, process.model, ignoring(process));
  if (process.mapper) return mapped(process, process.mapper, fields, filled);
  return validated(process, filled.data, filled, filled.rejected.map(rejectedError));
}

/** JSONata makes the instance; the rows only say which fields it reads and which field an error belongs to. */
async function mapped(
  process: Process,
  mapper: Program<unknown>,
  fields: FormField[],
  filled: FilledInstance,
): Promise<Admission> {
  const unread = filled.rejected.filter(({ code }) => code === 'unknownField').map(rejectedError);
  try {
    return validated(process, await mapper.run({ form: grouped(fields) }), filled, unread);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return { data: null, files: filled.files, errors: [...unread, unmapped] };
  }
}

function validated({ validator }: Process, instance: Json, filled: FilledInstance, found: FieldError[]): Admission {
  const { value, errors } = validator.validate(instance);
  return { data: value, files: filled.files, errors: [...found, ...errors.map((error) => fieldError(error, filled))] };
}

const unmapped: FieldError = { pointer: '', label: '', code: 'mapping', message: texts.admission.unmapped };

function rejectedError({ field, code, row }: RejectedField): FieldError {
  const element = row?.leaf.element;
  const formField = shortened(field.key);
  return {
    pointer: '',
    formField,
    ...(element && { fimField: element.id }),
    label: element?.label ?? formField,
    code,
    message: texts.admission[code],
  };
}

type FimError = ReturnType<Process['validator']['validate']>['errors'][number];

function fieldError({ pointer, fimField, label, code, message }: FimError, filled: FilledInstance): FieldError {
  const formField = filled.formField(pointer);
  return { pointer, ...(formField !== undefined && { formField }), fimField, label, code, message };
}

/** Form keys come from outside: an answer repeats only the first 120 characters. */
const shortened = (key: string) => key.slice(0, 120);

function ignoring(process: Process) {
  const names = new Set(process.ignore);
  return names.size === 0
    ? () => false
    : ({ group, field }: FormField) => names.has(`${group}.${field}`) || names.has(`${group}.*`);
}

/**
 * What a JSONata mapping sees: `{ <group>: [{ <field>: value }] }`, without empty values and without gaps between
 * instances.
 */
function grouped(fields: FormField[]): Record<string, Json> {
  const groups = new Map<string, Map<number, Record<string, Json>>>();
  for (const { group, instance, field, value } of fields) {
    if (isEmpty(value)) continue;
    const instances = groups.get(group) ?? new Map<number, Record<string, Json>>();
    groups.set(group, instances);
    instances.set(instance, { ...instances.get(instance), [field]: value });
  }
  return Object.fromEntries(
    [...groups].map(([group, instances]) => [
      group,
      [...instances].sort(([a], [b]) => a - b).map(([, values]) => values),
    ]),
  );
}

/** The ids that a form may use. Parsing needs them to split `<group>_<n>_<field>`. */
export function knownIds(process: Process): { groups: Set<string>; fields: Set<string> } {
  const rows = [...process.rows.byForm.values()];
  const ignored = process.ignore.map((name) => name.split(/\.(?=[^.]*$)/));
  return {
    groups: new Set([...rows.map(({ group }) => group), ...ignored.map(([group]) => group!)]),
    fields: new Set([...rows.map(({ field }) => field), ...ignored.map(([, field]) => field!)]),
  };
}
