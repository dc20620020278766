import { z } from 'zod';
import { trustLevels } from '#submission/vocabulary.js';

/** JSONata: the name of a file beside process.json that ends in `.jsonata`, or the expression itself. */
const jsonataSource = z.string().min(1);

/**
 * The adapter of a step: its id, or the parameter by which a region names it. Without a default, a region that names
 * none cannot use the process.
 */
const adapterChoice = z.union([z.string(), z.strictObject({ parameter: z.string(), default: z.string().optional() })]);

/** What steps of both kinds have. */
const stepFields = {
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .describe('unique in the process; names the answers of registers in messages'),
  title: z.string().describe('German, for people'),
  adapter: adapterChoice,
  optional: z.boolean().default(false).describe('whatever goes wrong here never stops the submission'),
  when: z.string().optional().describe('FIM path; the step applies only where the form says something there'),
  consent: z.string().optional().describe('FIM path of a yes/no field; the step applies only where it is true'),
};

/** Of what a register has said: the values; whose word they are, and as of when; what the form says instead. */
const lookupParts = ['attributes', 'origin', 'differences'] as const;
export type LookupPart = (typeof lookupParts)[number];

/** What earlier registers said is in every message; whatever is left out has its reason here. */
const omits = z
  .partialRecord(z.enum(lookupParts), z.string().min(1))
  .optional()
  .describe('parts of what earlier registers said that the message leaves out, each with the German reason');
export type Omits = NonNullable<z.infer<typeof omits>>;

/** What the municipality has laid down, as the message says it: for people who read the submission. */
const facts = z
  .record(z.string().min(1), z.string().min(1))
  .optional()
  .describe('path in the message to German label; where the message has nothing there, people read that it is missing');
export type Facts = NonNullable<z.infer<typeof facts>>;

/** Another message of a step. A region chooses it with the parameter `<adapter id>.template`. */
const templateSchema = z.discriminatedUnion('format', [
  z.strictObject({
    title: z.string().describe('German, for people'),
    format: z.enum(['json', 'xml']),
    message: jsonataSource.describe(
      'makes the message, as the step’s own does; for XML an object with one key, the root',
    ),
    facts,
    omits,
  }),
  z.strictObject({
    title: z.string().describe('German, for people'),
    format: z.literal('csv'),
    columns: z
      .array(z.string().min(1))
      .min(1)
      .describe('of every file, in this order, also where a row leaves one out'),
    message: jsonataSource.describe('makes a list of objects, a row each'),
    facts,
    omits,
  }),
]);
export type TemplateFile = z.infer<typeof templateSchema>;

const stepSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...stepFields,
    kind: z.literal('register'),
    request: jsonataSource.describe(
      'makes the subject of the question from { data, parameters, registers, submission }',
    ),
    attributes: z.array(z.string()).min(1).describe('what is asked; the adapter may ask nothing else'),
    purpose: z.string(),
    legalBasis: z.string(),
    trustLevel: z
      .enum(trustLevels)
      .optional()
      .describe('how surely the applicant must have been identified; the register may demand more'),
    compare: z
      .record(z.string(), z.string())
      .default({})
      .describe('attribute path to FIM path; where the answer differs from the form, the authority sees both'),
  }),
  z.strictObject({
    ...stepFields,
    kind: z.literal('fachverfahren'),
    message: jsonataSource
      .optional()
      .describe(
        'makes the message from { data, parameters, registers, submission }; without it the FIM data travels as it is',
      ),
    facts,
    omits,
    templates: z
      .record(z.string().regex(/^[a-z][a-z0-9-]*$/), templateSchema)
      .optional()
      .describe('other messages that a region may choose'),
  }),
]);
export type Step = z.infer<typeof stepSchema>;
export type RegisterStep = Extract<Step, { kind: 'register' }>;

/**
 * Form field (`group.field`) to FIM path (`G1.G2.F3`). The form's instance number counts the repeated group on the
 * path; if several groups on it are repeated, all but one carry a fixed number in brackets: `G7.G8[1].F9` fills the
 * second G8 of the G7 that the instance counts.
 */
const rowsSchema = z.record(
  z.string().regex(/^.+\..+$/),
  z.string().regex(/^[GF]\d+(\[\d+\])?(\.[GF]\d+(\[\d+\])?)*$/),
);

/**
 * How a form becomes a FIM instance:
 * - `identity`: the form uses FIM ids
 * - rows: form field to FIM path
 * - JSONata over `{ form: { <group>: [{ <field>: value }] } }`; `fields` are rows that name the form fields it reads
 *   and where their errors belong
 */
const mappingSchema = z.union([
  z.literal('identity'),
  z.strictObject({ jsonata: jsonataSource, fields: rowsSchema }),
  rowsSchema,
]);

/**
 * A parameter that regions set: a JSON Schema with a German title; `required: false` if a region may leave it unset.
 */
const parameterSchema = z.looseObject({
  title: z.string(),
  description: z.string().optional(),
  type: z.enum(['string', 'number', 'integer', 'boolean', 'array', 'object']),
  required: z.boolean().default(true),
  default: z.json().optional(),
  examples: z.array(z.json()).optional(),
});

/** `YYYY-MM-DD`. */
const isoDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** `process.json`: what happens for a Leistung. `*` is the process for every Leistung that has none of its own. */
export const processSchema = z.strictObject({
  $schema: z.string().optional(),
  leistung: z.union([z.literal('*'), z.string().regex(/^99\d{12}$/)]),
  title: z.string(),
  version: z
    .string()
    .min(1)
    .describe('unique for the Leistung, and different from every version of the process for any Leistung'),
  region: z
    .string()
    .regex(/^\d{2}(\d(\d{2}(\d{4}(\d{3})?)?)?)?$/)
    .optional()
    .describe('prefix of the ARS it holds for; without it, everywhere'),
  validFrom: isoDay,
  validTo: isoDay.optional().describe('last day'),
  schema: z
    .string()
    .regex(/\.xml$/)
    .describe('XDatenfelder file beside process.json, or `../` where versions share one'),
  rules: z
    .string()
    .regex(/\.json$/)
    .optional()
    .describe('rules beside the schema that translate its free-text rules; a file as `schema`'),
  mapping: mappingSchema,
  ignore: z
    .array(z.string())
    .default([])
    .describe('form fields (`group.field` or `group.*`) that carry nothing to hand over'),
  person: z
    .strictObject({ familienname: z.string(), vornamen: z.string(), geburtsdatum: z.string() })
    .optional()
    .describe('FIM paths of the persons whom a submission is about, for the access log and the search by person'),
  parameters: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/), parameterSchema).default({}),
  steps: z.array(stepSchema).min(1),
});
export type ProcessFile = z.infer<typeof processSchema>;
export type ParameterDefinition = z.infer<typeof parameterSchema>;
export type Rows = z.infer<typeof rowsSchema>;
