import {
  dataEdges,
  type Edge,
  type Element,
  type Field,
  type Group,
  type JsonObject,
  type Options,
  positions,
  type Schema,
} from './model.js';
import { compileCheck, Fault } from './values/checks.js';
import { latinSource, xmlTextSource } from './values/latin.js';
import { clockSource, daySource, zoneSource } from './values/lexical.js';
import { parsePattern } from './values/pattern.js';

export interface JsonSchemaOptions {
  /**
   * `enum` (default): code lists written out, standard keywords only, so that any validator can use it.
   * `keyword`: what the standard cannot say is said with our keywords (`keywords.ts`), and long lists are named, not copied.
   */
  lists?: 'enum' | 'keyword';
}

/** Longer lists are named by `fimList` in keyword mode, and their names are not copied. */
const shortList = 50;

/**
 * Derives JSON Schema 2020-12 for normalised instances: keys are bare ids, groups nest, repeated positions are arrays,
 * definitions stand under id and version. Rules are not part of it.
 */
export function toJsonSchema(schema: Schema, { lists = 'enum' }: JsonSchemaOptions = {}): JsonObject {
  const own = lists === 'keyword';
  const $defs: JsonObject = {};
  for (const { edge } of positions(schema)) {
    const { element } = edge;
    if (element.kind === 'field' && !dataEdges({ edges: [edge] }).length) continue;
    $defs[element.key] ??= element.kind === 'group' ? describeGroup(element) : describeField(element, own);
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:stellwerk:fim:${schema.key}`,
    ...titles(schema),
    ...objectOf(schema.edges, false),
    $defs,
  };
}

/** Names of a short list go into the description: an enum has no place for them. */
function titles({ label, help, description }: Element, codes?: Options['codes']): JsonObject {
  const names =
    codes !== undefined && codes.size <= shortList
      ? [...codes].map(([code, name]) => `${code} = ${name}`).join('; ')
      : '';
  const text = [help ?? description, names].filter(Boolean).join('\n');
  return text === '' ? { title: label } : { title: label, description: text };
}

const describeGroup = (group: Group): JsonObject => ({ ...titles(group), ...objectOf(group.edges, group.choice) });

/** A choice is an object with exactly one property. */
function objectOf(edges: Edge[], choice: boolean): JsonObject {
  const carrying = dataEdges({ edges });
  const required = carrying.filter((edge) => edge.min > 0).map((edge) => edge.element.id);
  return {
    type: 'object',
    properties: Object.fromEntries(carrying.map((edge) => [edge.element.id, describeEdge(edge)])),
    ...(required.length > 0 ? { required } : {}),
    ...(choice ? { minProperties: 1, maxProperties: 1 } : {}),
    additionalProperties: false,
  };
}

function describeEdge({ element, min, max }: Edge): JsonObject {
  const one = { $ref: `#/$defs/${element.key.replaceAll('~', '~0')}` };
  if (max === 1) return one;
  return {
    type: 'array',
    items: one,
    minItems: Math.max(1, min),
    ...(max === Number.POSITIVE_INFINITY ? {} : { maxItems: max }),
  };
}

function describeField(field: Field, own: boolean): JsonObject {
  const { options } = field;
  if (options !== undefined) return { ...titles(field, options.codes), ...describeCodes(field, own) };
  return { ...titles(field), ...describers[field.type](field, own), ...fixed(field) };
}

/** A locked field with content has one possible value. */
function fixed(field: Field): JsonObject {
  if (field.input !== 'locked' || field.prefill !== 'keine' || field.content === undefined) return {};
  const value = compileCheck({ ...field, input: 'input' })(field.content);
  return value === undefined || value instanceof Fault ? {} : { const: value };
}

function describeCodes({ options }: Field, own: boolean): JsonObject {
  const { codes, list } = options!;
  if (own && list !== undefined && codes.size > shortList)
    return { type: 'string', fimList: `${list.versionUri}#${list.codeColumn}` };
  return { type: 'string', enum: [...codes.keys()] };
}

type Describe = (field: Field, own: boolean) => JsonObject;

const describers: Record<Field['type'], Describe> = {
  text: describeText,
  text_latin: describeText,
  date: (field, own) => ({
    type: 'string',
    format: 'date',
    ...shape(`^${daySource}$`, field),
    ...bounds(field, own),
  }),
  time: (field, own) => ({ type: 'string', ...shape(`^${clockSource}$`, field), ...bounds(field, own) }),
  datetime: (field, own) => ({
    type: 'string',
    ...shape(`^${daySource}T${clockSource}${zoneSource}$`, field),
    ...bounds(field, own),
  }),
  bool: () => ({ type: 'boolean' }),
  num: (field, own) => ({ type: 'number', ...range(field), ...lexicalPattern(field, own) }),
  num_int: (field, own) => ({ type: 'integer', ...range(field), ...lexicalPattern(field, own) }),
  num_currency: (field, own) => ({ type: 'string', ...shape('^-?\\d{1,13}\\.\\d{2}$', field), ...bounds(field, own) }),
  file: describeFile,
  obj: () => ({ not: {} }),
};

function describeText(field: Field): JsonObject {
  const { minLength = 0, maxLength } = field.limits;
  return {
    type: 'string',
    minLength: Math.max(1, minLength),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...shape(field.type === 'text_latin' ? latinSource : xmlTextSource, field),
  };
}

function patternOf(written: string | undefined): JsonObject {
  const pattern = written === undefined ? undefined : parsePattern(written);
  return pattern === undefined || typeof pattern === 'string' ? {} : { pattern: pattern.source };
}

/** The type's own form, and the field's pattern beside it. */
function shape(pattern: string, { limits }: Field): JsonObject {
  const more = patternOf(limits.pattern);
  return more['pattern'] === undefined ? { pattern } : { pattern, allOf: [more] };
}

function range({ limits: { min, max } }: Field): JsonObject {
  return {
    ...(min === undefined ? {} : { minimum: Number(min) }),
    ...(max === undefined ? {} : { maximum: Number(max) }),
  };
}

/** Limits of dates, times and money: the standard has no word for them. */
function bounds({ limits: { min, max } }: Field, own: boolean): JsonObject {
  if (!own) return {};
  return { ...(min === undefined ? {} : { fimMinimum: min }), ...(max === undefined ? {} : { fimMaximum: max }) };
}

function lexicalPattern({ limits }: Field, own: boolean): JsonObject {
  const { pattern } = patternOf(limits.pattern);
  return own && pattern !== undefined ? { fimPattern: pattern } : {};
}

function describeFile({ limits }: Field): JsonObject {
  const { maxSize, mediaTypes } = limits;
  const text = { type: 'string', minLength: 1 };
  const accepted = mediaTypes?.map(
    (type) => `^${type.replace(/[.+]/g, '\\$&').replace('/*', '/.*').replace('/', '\\/')}(\\s*;.*)?$`,
  );
  return {
    type: 'object',
    properties: {
      attachmentId: text,
      filename: text,
      mimetype: accepted === undefined ? text : { type: 'string', pattern: accepted.join('|') },
      size: { type: 'integer', minimum: 0, ...(maxSize === undefined ? {} : { maximum: maxSize }) },
    },
    required: ['attachmentId', 'filename', 'mimetype', 'size'],
    additionalProperties: false,
  };
}
