import type { Json } from '#submission/vocabulary.js';
import { isEmpty, type Misplaced, type Placed, place } from './instance.js';
import type { FormField } from './mapping.js';
import type { Process } from './process.js';
import { type Program, ProgramError } from './program.js';

/** One thing that is wrong with a form, for the person who filled it. Never repeats a value. */
export interface FieldError {
  /** JSON pointer into the FIM instance; empty where the field has no place in it. */
  pointer: string;
  /** `<group>_<n>_<field>`, where the form has such a field. */
  formField?: string;
  fimField?: string;
  label: string;
  code: string;
  /** German. */
  message: string;
}

/** The instance as validated, and everything that is wrong with it; valid when there is no error. */
export interface Admission {
  data: Json;
  errors: FieldError[];
  /** FIM path of the field each file belongs to, by attachment id. */
  files: Map<string, string>;
}

/** Maps a form onto the process's schema and validates it. */
export async function admit(process: Process, fields: FormField[]): Promise<Admission> {
  const placed = place(fields, process.rows, process.model, ignoring(process));
  if (process.mapper) return mapped(process, process.mapper, fields, placed);
  const misplaced = placed.misplaced.map(misplacedError);
  return judge(process, placed.data, placed, misplaced);
}

/** JSONata makes the instance; the rows only say which fields it reads and where errors belong. */
async function mapped(
  process: Process,
  mapper: Program<unknown>,
  fields: FormField[],
  placed: Placed,
): Promise<Admission> {
  const unread = placed.misplaced.filter(({ code }) => code === 'unknownField').map(misplacedError);
  try {
    return judge(process, await mapper.run({ form: grouped(fields) }), placed, unread);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return { data: null, files: placed.files, errors: [...unread, unmapped] };
  }
}

function judge({ validator }: Process, instance: Json, placed: Placed, found: FieldError[]): Admission {
  const { value, errors } = validator.validate(instance);
  return { data: value, files: placed.files, errors: [...found, ...errors.map((error) => fieldError(error, placed))] };
}

const unmapped: FieldError = {
  pointer: '',
  label: '',
  code: 'mapping',
  message: 'Die Angaben lassen sich so nicht verarbeiten. Bitte prüfen Sie vor allem Zahlen und Daten.',
};

const misplaced = {
  unknownField:
    'Dieses Feld kennt der Prozess nicht; es würde verloren gehen. Bitte prüfen Sie die Version des Formulars.',
  notRepeated: 'Diese Angabe ist nur einmal möglich. Bitte lassen Sie die weiteren weg.',
};

function misplacedError({ field, code, row }: Misplaced): FieldError {
  const element = row?.leaf.element;
  const formField = shown(field.key);
  return {
    pointer: '',
    formField,
    ...(element && { fimField: element.id }),
    label: element?.label ?? formField,
    code,
    message: misplaced[code],
  };
}

type FimError = ReturnType<Process['validator']['validate']>['errors'][number];

function fieldError({ pointer, fimField, label, code, message }: FimError, placed: Placed): FieldError {
  const formField = placed.formField(pointer);
  return { pointer, ...(formField !== undefined && { formField }), fimField, label, code, message };
}

/** Form keys come from outside: an answer repeats only so much of one. */
const shown = (key: string) => key.slice(0, 120);

function ignoring(process: Process) {
  const names = new Set(process.ignore);
  return names.size === 0
    ? () => false
    : ({ group, field }: FormField) => names.has(`${group}.${field}`) || names.has(`${group}.*`);
}

/** What a JSONata mapping sees: `{ <group>: [{ <field>: value }] }`, without empty values; gaps between instances close up. */
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

/** The ids a form may use, to tell group, instance and field of `<group>_<n>_<field>` apart. */
export function knownIds(process: Process): { groups: Set<string>; fields: Set<string> } {
  const rows = [...process.rows.byForm.values()];
  const ignored = process.ignore.map((name) => name.split(/\.(?=[^.]*$)/) as [string, string]);
  return {
    groups: new Set([...rows.map(({ group }) => group), ...ignored.map(([group]) => group)]),
    fields: new Set([...rows.map(({ field }) => field), ...ignored.map(([, field]) => field)]),
  };
}
