import { type JsonObject, withoutUndefined } from './json.js';
import {
  carriesData,
  dataEdges,
  type Edge,
  type Element,
  type Field,
  type Group,
  type Limits,
  type Options,
  type Parent,
  positions,
  type Schema,
} from './model.js';
import { mostRepeated } from './patterns/ast.js';
import { checkablePattern } from './patterns/pattern.js';
import { compileCheck, fixedContent } from './values/check.js';
import { Fault } from './values/fault.js';
import { latinSource, xmlTextSource } from './values/latin.js';
import { daySource, timeSource, zoneSource } from './values/lexical.js';

export interface JsonSchemaOptions {
  /**
   * `enum` (default): code lists written out, standard keywords only, so that any validator can use it.
   * `keyword`: what the standard cannot say is said with our keywords (`keywords.ts`), and long lists are named, not
   * copied.
   */
  lists?: 'enum' | 'keyword';
}

/** Longer lists are named by `fimList` in keyword mode, and their names are not copied into the description. */
const shortList = 50;

/**
 * Derives JSON Schema 2020-12 for normalised instances: keys are bare ids, groups nest, repeated positions are arrays,
 * definitions are named by id and version. Rules are not part of it.
 */
export function toJsonSchema(schema: Schema, { lists = 'enum' }: JsonSchemaOptions = {}): JsonObject {
  const ownKeywords = lists === 'keyword';
  const $defs: JsonObject = {};
  for (const { edge } of positions(schema)) {
    const { element } = edge;
    if (!carriesData(element)) continue;
    $defs[element.key] ??= element.kind === 'group' ? groupSchema(element) : fieldSchema(element, ownKeywords);
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:stellwerk:fim:${schema.key}`,
    ...titles(schema),
    ...objectSchema(schema, false),
    $defs,
  };
}

/** Names of a short list go into the description: an enum has no place for them. */
function titles({ label, help, description }: Element, codes?: Options['codes']): JsonObject {
  const named = codes !== undefined && codes.size <= shortList ? [...codes] : [];
  const names = named.map(([code, name]) => `${code} = ${name}`).join('; ');
  const text = [help ?? description, names].filter(Boolean).join('\n');
  return withoutUndefined({ title: label, description: text === '' ? undefined : text });
}

const groupSchema = (group: Group): JsonObject => ({ ...titles(group), ...objectSchema(group, group.choice) });

/** A choice is an object with exactly one property. */
function objectSchema(parent: Parent, choice: boolean): JsonObject {
  const edges = dataEdges(parent);
  const required = edges.filter((edge) => edge.min > 0).map((edge) => edge.element.id);
  const one = choice ? 1 : undefined;
  return withoutUndefined({
    type: 'object',
    properties: Object.fromEntries(edges.map((edge) => [edge.element.id, edgeSchema(edge)])),
    required: required.length > 0 ? required : undefined,
    minProperties: one,
    maxProperties: one,
    additionalProperties: false,
  });
}

function edgeSchema({ element, min, max }: Edge): JsonObject {
  const one = { $ref: `#/$defs/${element.key.replaceAll('~', '~0')}` };
  if (max === 1) return one;
  const maxItems = max === Number.POSITIVE_INFINITY ? undefined : max;
  return withoutUndefined({ type: 'array', items: one, minItems: Math.max(1, min), maxItems });
}

function fieldSchema(field: Field, ownKeywords: boolean): JsonObject {
  const { options } = field;
  if (options !== undefined)
    return withoutUndefined({
      ...titles(field, options.codes),
      ...codesSchema(options, ownKeywords),
      const: onlyValue(field),
    });
  return withoutUndefined({
    ...titles(field),
    ...typeSchemas[field.type](field, ownKeywords),
    const: onlyValue(field),
  });
}

function codesSchema({ codes, list }: Options, ownKeywords: boolean): JsonObject {
  if (ownKeywords && list !== undefined && codes.size > shortList)
    return { type: 'string', fimList: `${list.versionUri}#${list.codeColumn}` };
  return { type: 'string', enum: [...codes.keys()] };
}

/** The normalised content of a field that may have no other value. */
function onlyValue(field: Field) {
  const content = fixedContent(field);
  const value = content === undefined ? undefined : compileCheck({ ...field, input: 'input' })(content);
  return value instanceof Fault ? undefined : value;
}

const typeSchemas: Record<Field['type'], (field: Field, ownKeywords: boolean) => JsonObject> = {
  text: (field) => textSchema(field.limits, xmlTextSource),
  text_latin: (field) => textSchema(field.limits, latinSource),
  date: ({ limits }, own) => ({
    type: 'string',
    format: 'date',
    ...patterns(`^${daySource}$`, limits),
    ...(own && ownBounds(limits)),
  }),
  time: ({ limits }, own) => ({
    type: 'string',
    ...patterns(`^${timeSource}$`, limits),
    ...(own && ownBounds(limits)),
  }),
  datetime: ({ limits }, own) => ({
    type: 'string',
    ...patterns(`^${daySource}T${timeSource}${zoneSource}$`, limits),
    ...(own && ownBounds(limits)),
  }),
  bool: () => ({ type: 'boolean' }),
  num: ({ limits }, own) => ({ type: 'number', ...bounds(limits), ...(own && ownPattern(limits)) }),
  num_int: ({ limits }, own) => ({ type: 'integer', ...bounds(limits), ...(own && ownPattern(limits)) }),
  num_currency: ({ limits }, own) => ({
    type: 'string',
    ...patterns('^-?[0-9]{1,13}\\.[0-9]{2}$', limits),
    ...(own && ownBounds(limits)),
  }),
  file: fileSchema,
  obj: () => ({ not: {} }),
};

function textSchema(limits: Limits, characters: string): JsonObject {
  const { minLength = 0, maxLength } = limits;
  return withoutUndefined({
    type: 'string',
    minLength: Math.max(1, minLength),
    maxLength,
    ...patterns(characters, limits),
  });
}

/** Go refuses expressions that repeat more. */
const mostRepetitions = 1_000;

/** The type's own form, and the field's pattern beside it, where every dialect can read it. */
function patterns(pattern: string, limits: Limits): JsonObject {
  const own = checkablePattern(limits.pattern);
  if (own === undefined || mostRepeated(own.ast) > mostRepetitions) return { pattern };
  return { pattern, allOf: [{ pattern: own.source }] };
}

const bounds = ({ min, max }: Limits): JsonObject =>
  withoutUndefined({
    minimum: min === undefined ? undefined : Number(min),
    maximum: max === undefined ? undefined : Number(max),
  });

/** Limits of dates, times and money: the standard has no word for them. */
const ownBounds = ({ min, max }: Limits): JsonObject => withoutUndefined({ fimMinimum: min, fimMaximum: max });

/** A pattern on a number: the standard has patterns for texts only. */
const ownPattern = ({ pattern }: Limits): JsonObject =>
  withoutUndefined({ fimPattern: checkablePattern(pattern)?.source });

function fileSchema({ limits: { maxSize, mediaTypes } }: Field): JsonObject {
  const text = { type: 'string', minLength: 1 };
  return {
    type: 'object',
    properties: {
      attachmentId: text,
      filename: text,
      mimetype: mediaTypes === undefined ? text : { type: 'string', pattern: mediaTypes.map(typePattern).join('|') },
      size: withoutUndefined({ type: 'integer', minimum: 0, maximum: maxSize }),
    },
    required: ['attachmentId', 'filename', 'mimetype', 'size'],
    additionalProperties: false,
  };
}

/** A media type with any parameters. */
const typePattern = (type: string) => `^${type.replace(/[.+]/g, '\\$&').replace('/*', '/.*')}([ \\t]*;.*)?$`;
