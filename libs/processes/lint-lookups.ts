import type { Difference, Format } from '#adapters/contract.js';
import { encode } from '#adapters/tools/formats.js';
import type { Json } from '#submission/vocabulary.js';
import type { Process } from './process.js';
import type { LookupPart, Omits, RegisterStep, Step } from './process-file.js';
import type { MessageInput, StepProgram } from './step-program.js';
import { texts } from './texts.js';

/** A message as a step or a template makes it. */
interface Written {
  program: StepProgram | undefined;
  format: Format;
  omits?: Omits | undefined;
}

/**
 * Whether all that earlier registers said, and where it differs from the form, is in the message as it is written:
 * every part that is missing must have its reason in `omits`, and none that is there.
 */
export async function lintLookups(
  process: Process,
  step: Step,
  { program, format, omits = {} }: Written,
  input: MessageInput,
): Promise<string[]> {
  const found: string[] = [];
  for (const register of registersBefore(process, step)) {
    const sample = sampleOf(register);
    const registers = { ...input.registers, [register.name]: sample.answer };
    const made = program ? await program.run({ ...input, registers }) : input.data;
    const text = encode(made, format).bytes.toString();
    for (const [part, marks] of Object.entries(sample.marks) as [LookupPart, string[]][]) {
      const isWritten = marks.every((mark) => text.includes(mark));
      if (!isWritten && !omits[part]) found.push(texts.lint.lookupMissing(register.name, part));
      if (isWritten && omits[part] && marks.length > 0) found.push(texts.lint.needlessOmission(part));
    }
  }
  return found;
}

function registersBefore({ steps }: Process, step: Step): RegisterStep[] {
  const before = steps.slice(0, steps.indexOf(step));
  return before.filter((one): one is RegisterStep => one.kind === 'register');
}

/** An answer of this register in which every value is a word of its own, and the words of each part. */
function sampleOf({ attributes, compare }: RegisterStep): { answer: Json; marks: Record<LookupPart, string[]> } {
  let words = 0;
  const word = () => `Merkwort${++words}Ende`;
  const values: Record<string, Json> = {};
  const told: string[] = [];
  const compared = Object.keys(compare);
  const whole = attributes.filter((name) => !compared.some((path) => path.split('.')[0] === name));
  for (const path of [...whole, ...compared]) told.push(put(values, path.split('.'), word()));
  const differences = Object.entries(compare).map(
    ([, field]): Difference => ({ field, label: word(), form: word(), register: word() }),
  );
  const origin = { source: word(), at: word(), adapter: word(), version: '1.0.0', purpose: word(), legalBasis: word() };
  return {
    answer: { outcome: 'found', attributes: values, origin, differences: differences as unknown as Json },
    marks: {
      attributes: told,
      origin: [origin.source, origin.at],
      differences: differences.flatMap(({ label, form, register }) => [label, form, register]),
    },
  };
}

function within(values: Record<string, Json>, name: string): Record<string, Json> {
  values[name] ??= {};
  return values[name] as Record<string, Json>;
}

/** Returns the value. */
function put(values: Record<string, Json>, [name = '', ...rest]: string[], value: string): string {
  if (rest.length > 0) return put(within(values, name), rest, value);
  values[name] = value;
  return value;
}
