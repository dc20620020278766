import { texts } from './texts.js';

/**
 * What the OpenAPI documents of the applications have in common: answers, refusals, and patterns that every tool reads.
 */

/** A JSON Schema in the dialect of OpenAPI 3.0. */
export type Shape = Record<string, unknown>;

export const text: Shape = { type: 'string' };
export const flag: Shape = { type: 'boolean' };
export const count: Shape = { type: 'integer' };
export const uuid: Shape = { type: 'string', format: 'uuid' };
export const time: Shape = { type: 'string', format: 'date-time' };
export const day: Shape = { type: 'string', format: 'date' };
export const anything: Shape = {};
export const oneOf = (...words: readonly string[]): Shape => ({ type: 'string', enum: [...words] });
export const nullable = (shape: Shape): Shape => ({ ...shape, nullable: true });
export const list = (items: Shape): Shape => ({ type: 'array', items });
export const record = (values: Shape): Shape => ({ type: 'object', additionalProperties: values });

/** Members of the same shape. */
export const each = (shape: Shape, ...names: string[]): Record<string, Shape> =>
  Object.fromEntries(names.map((name) => [name, shape]));

/** Members whose name ends in `?` may be absent. */
export function object(members: Record<string, Shape>): Shape {
  const entries = Object.entries(members).map(([name, shape]) => ({ name: name.replace(/\?$/, ''), shape }));
  const required = Object.keys(members).filter((name) => !name.endsWith('?'));
  const properties = Object.fromEntries(entries.map(({ name, shape }) => [name, shape]));
  return { type: 'object', ...(required.length > 0 && { required }), properties };
}

const place = object(each(text, 'pointer?', 'formField?', 'fimField?', 'label?', 'code?', 'message?'));
/** `errors`: what is wrong where; with `findings`, how many of them are errors. */
const problem = object({
  ...each(text, 'type', 'title', 'detail', 'code'),
  status: count,
  'errors?': { anyOf: [{ ...list(place), maxItems: 100 }, count] },
  'findings?': list({ type: 'object' }),
});
const refusal = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem } },
});

/** An answer's body by its media type; a shape alone is JSON. Null: no body. */
export type Answer = Shape | { type: string; shape: Shape } | null;

export interface Operation {
  /** By status. */
  answers: Record<number, Answer>;
  /** Statuses of refusals besides those that every operation of its kind has. */
  refusals?: number[];
  /** Needs no token. */
  open?: true;
}

/** Health and metrics, the same in every application. */
const checks = object({ status: text, checks: list(object({ name: text, ok: flag, detail: text })) });
const telemetry: Record<string, Operation> = {
  'GET /health/live': { answers: { 200: object({ status: text }) }, open: true },
  'GET /health/ready': { answers: { 200: checks, 503: checks }, open: true },
  'GET /metrics': { answers: { 200: { type: 'text/plain', shape: text } }, open: true },
};

interface Described {
  requestBody?: unknown;
  responses?: object;
}

/** Nest by itself describes one answer, and no refusal. */
const describesItself = (described: Described): described is Required<Described> =>
  Object.keys(described.responses ?? {}).length > 1;

/**
 * Gives every operation of a document its answers, unless its route describes them, and every pattern a form that all
 * dialects read alike.
 * @throws Error for an operation that `operations` does not know, or the other way round
 */
export function complete<Document extends { paths: object }>(
  document: Document,
  operations: Record<string, Operation>,
): Document {
  const rows = new Map(Object.entries({ ...operations, ...telemetry }));
  for (const [path, methods] of Object.entries(document.paths as Record<string, Record<string, Described>>)) {
    for (const [method, described] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${path}`;
      const operation = rows.get(name);
      rows.delete(name);
      if (operation) described.responses = responsesOf(operation, described.requestBody !== undefined);
      else if (describesItself(described)) Object.assign(described.responses, { default: refusal(texts.otherRefusal) });
      else throw new Error(`${name} has no described answers`);
    }
  }
  if (rows.size > 0) throw new Error(`no such operation: ${[...rows.keys()].join(', ')}`);
  return withPortablePatterns(document);
}

/** Who may ask is refused with these, and whoever sends a body with those. */
const ofGuarded = [401, 403, 429, 503];
const ofBodies = [400, 413, 415];

function responsesOf({ answers, refusals = [], open }: Operation, hasBody: boolean): object {
  const refused = new Set([...refusals, ...(open ? [] : ofGuarded), ...(hasBody ? ofBodies : [])]);
  return Object.fromEntries([
    ...Object.entries(answers).map(([status, answer]) => [status, responseOf(Number(status), answer)]),
    ...[...refused].map((status) => [status, refusal(texts.refusals[status] ?? '')]),
    ['default', refusal(texts.otherRefusal)],
  ]);
}

function responseOf(status: number, answer: Answer): object {
  const description = texts.answers[status] ?? texts.answers[200]!;
  if (!answer) return { description };
  const { type, shape } = isTyped(answer) ? answer : { type: 'application/json', shape: answer };
  return { description, content: { [type]: { schema: shape } } };
}

function isTyped(answer: Shape | { type: string; shape: Shape }): answer is { type: string; shape: Shape } {
  return typeof answer['shape'] === 'object';
}

function withPortablePatterns<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withPortablePatterns) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) =>
    name === 'pattern' && typeof member === 'string' ? [name, portable(member)] : [name, withPortablePatterns(member)],
  );
  return Object.fromEntries(entries) as T;
}

const classes: Record<string, string> = { '\\d': '0-9', '\\w': 'A-Za-z0-9_' };

/** `\d` and `\w` mean ASCII in JavaScript and more elsewhere: written out, they mean the same to everybody. */
export function portable(pattern: string): string {
  let inClass = false;
  return pattern.replace(/\\.|[[\]]/g, (sign) => {
    if (sign === '[' || sign === ']') inClass = sign === '[';
    const members = classes[sign];
    if (members === undefined) return sign;
    return inClass ? members : `[${members}]`;
  });
}
