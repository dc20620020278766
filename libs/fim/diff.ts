import { isDeepStrictEqual } from 'node:util';
import { kindLabel, multiplicityLabel } from './labels.js';
import { carriesData, type Edge, type Field, type Group, type Limits, positions, type Schema } from './model.js';
import { ruleOwners } from './rules/paths.js';
import { texts } from './texts/report.js';
import { isBefore } from './values/lexical.js';

/** One thing a sender should know about a new version. */
export interface SchemaChange {
  /** Position; `''` for the schema. */
  path: string;
  what: 'added' | 'removed' | 'multiplicity' | 'type' | 'limit' | 'list' | 'choice' | 'rule' | 'text';
  /** An instance that was valid may be refused now. */
  breaking: boolean;
  /** German. */
  message: string;
}

/** A change at one position; its message follows the position's label. */
type Difference = Pick<SchemaChange, 'what' | 'breaking' | 'message'>;

/** Compares two versions of a schema from the sender's side, position by position; breaking changes come first. */
export function diffSchemas(old: Schema, now: Schema): SchemaChange[] {
  const oldEdges = edgesByPath(old);
  const edges = edgesByPath(now);
  const changes = [...removed(oldEdges, edges), ...added(oldEdges, edges), ...compareRules(old, now)];
  for (const [path, edge] of edges) {
    const oldEdge = oldEdges.get(path);
    for (const { what, breaking, message } of oldEdge === undefined ? [] : compareEdges(oldEdge, edge))
      changes.push({ path, what, breaking, message: texts.changes.at(edge.element.label, message) });
  }
  return changes.sort((a, b) => Number(b.breaking) - Number(a.breaking));
}

const edgesByPath = (schema: Schema) =>
  new Map([...positions(schema)].filter(({ edge }) => carriesData(edge.element)).map(({ path, edge }) => [path, edge]));

/** Paths of the first that the second does not have; of a whole group only the group itself. */
function* missing(from: Map<string, Edge>, to: Map<string, Edge>): Generator<[path: string, edge: Edge]> {
  for (const [path, edge] of from) {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')));
    if (!to.has(path) && (parent === '' || to.has(parent))) yield [path, edge];
  }
}

const removed = (old: Map<string, Edge>, now: Map<string, Edge>): SchemaChange[] =>
  [...missing(old, now)].map(([path, { element }]) => ({
    path,
    what: 'removed',
    breaking: true,
    message: texts.changes.removed(element.label),
  }));

const added = (old: Map<string, Edge>, now: Map<string, Edge>): SchemaChange[] =>
  [...missing(now, old)].map(([path, edge]) => {
    const { element, min } = edge;
    const required = min > 0;
    const message = texts.changes.added(element.label, kindLabel(element), multiplicityLabel(edge), required);
    return { path, what: 'added', breaking: required, message };
  });

function compareEdges(old: Edge, now: Edge): Difference[] {
  const differences = compareMultiplicities(old, now);
  if (old.element.label !== now.element.label)
    differences.push({ what: 'text', breaking: false, message: texts.changes.label(old.element.label) });
  return [...differences, ...compareElements(old.element, now.element)];
}

function compareMultiplicities(old: Edge, now: Edge): Difference[] {
  const [from, to] = [multiplicityLabel(old), multiplicityLabel(now)];
  if (from === to) return [];
  const reshaped = old.max > 1 !== now.max > 1;
  const form = reshaped ? (now.max > 1 ? 'list' : 'single') : '';
  const breaking = now.min > old.min || now.max < old.max || reshaped;
  return [{ what: 'multiplicity', breaking, message: texts.changes.multiplicity(from, to, form) }];
}

function compareElements(old: Group | Field, now: Group | Field): Difference[] {
  if (old.kind === 'group' && now.kind === 'group') return compareGroups(old, now);
  if (old.kind === 'field' && now.kind === 'field') return compareFields(old, now);
  return [{ what: 'type', breaking: true, message: texts.changes.kind(kindLabel(old), kindLabel(now)) }];
}

function compareGroups(old: Group, now: Group): Difference[] {
  if (old.choice === now.choice) return [];
  const message = now.choice ? texts.changes.choice : texts.changes.noChoice;
  return [{ what: 'choice', breaking: now.choice, message }];
}

/** Changes of type after which everything is accepted that was before. */
const wideningTypes = new Set(['text_latin>text', 'num_int>num']);

function compareFields(old: Field, now: Field): Difference[] {
  const differences: Difference[] = [];
  if (old.type !== now.type) {
    const breaking = !wideningTypes.has(`${old.type}>${now.type}`);
    const message = texts.changes.type(texts.types[old.type], texts.types[now.type]);
    differences.push({ what: 'type', breaking, message });
  }
  return [...differences, ...compareLists(old, now), ...compareLimits(old, now)];
}

function compareLists(old: Field, now: Field): Difference[] {
  const from = old.options?.codes;
  const to = now.options?.codes;
  if (to === undefined)
    return from === undefined ? [] : [{ what: 'list', breaking: false, message: texts.changes.noList }];
  if (from === undefined) return [{ what: 'list', breaking: true, message: texts.changes.newList(to.size) }];
  const gone = [...from.keys()].filter((code) => !to.has(code));
  const come = [...to.keys()].filter((code) => !from.has(code));
  const differences: Difference[] = [];
  if (gone.length > 0)
    differences.push({ what: 'list', breaking: true, message: texts.changes.codesGone(enumerate(gone)) });
  if (come.length > 0)
    differences.push({ what: 'list', breaking: false, message: texts.changes.codesNew(enumerate(come)) });
  return differences;
}

/** How many codes are written out. */
const listedCodes = 10;

const enumerate = (codes: string[]) =>
  codes.length > listedCodes
    ? texts.changes.andMore(codes.slice(0, listedCodes), codes.length - listedCodes)
    : codes.join(', ');

function compareLimits({ limits: old, ...oldField }: Field, { limits: now, ...field }: Field): Difference[] {
  const names = texts.changes.limits;
  const isLess = (a: string, b: string) => (field.type.startsWith('num') ? Number(a) < Number(b) : isBefore(a, b));
  const content = ({ input, content }: Pick<Field, 'input' | 'content'>) => (input === 'locked' ? content : undefined);
  return [
    ...compareLimit(names.minLength, old.minLength, now.minLength, (from, to) => to > from),
    ...compareLimit(names.maxLength, old.maxLength, now.maxLength, (from, to) => to < from),
    ...compareLimit(names.min, old.min, now.min, (from, to) => isLess(from, to)),
    ...compareLimit(names.max, old.max, now.max, (from, to) => isLess(to, from)),
    ...compareLimit(names.pattern, old.pattern, now.pattern, () => true),
    ...compareLimit(names.maxSize, old.maxSize, now.maxSize, (from, to) => to < from),
    ...compareLimit(names.mediaTypes, old.mediaTypes, now.mediaTypes, (from, to) =>
      from.some((type) => !to.includes(type)),
    ),
    ...compareLimit(names.content, content(oldField), content(field), () => true),
  ];
}

type Limit = Limits[keyof Limits];

function compareLimit<L extends Limit>(
  name: string,
  from: L | undefined,
  to: L | undefined,
  isTighter: (from: L, to: L) => boolean,
): Difference[] {
  if (isDeepStrictEqual(from, to)) return [];
  const breaking = to !== undefined && (from === undefined || isTighter(from, to));
  return [{ what: 'limit', breaking, message: texts.changes.limit(name, limitText(from), limitText(to)) }];
}

function limitText(limit: Limit): string {
  if (limit === undefined) return texts.changes.noLimit;
  return Array.isArray(limit) ? limit.join(', ') : String(limit);
}

function compareRules(old: Schema, now: Schema): SchemaChange[] {
  const [from, to] = [statementsOf(old), statementsOf(now)];
  return [
    ...changedRules(to, from, true, texts.changes.ruleNew),
    ...changedRules(from, to, false, texts.changes.ruleGone),
  ];
}

/** The statements of the first that the second does not have. */
const changedRules = (
  statements: Map<string, StatementAt>,
  others: Map<string, StatementAt>,
  breaking: boolean,
  text: (message: string) => string,
): SchemaChange[] =>
  [...statements]
    .filter(([identity]) => !others.has(identity))
    .map(([, { path, message }]) => ({ path, what: 'rule', breaking, message: text(message) }));

interface StatementAt {
  path: string;
  message: string;
}

/** Machine-readable statements, by what they say at which position; another wording of the message is no change. */
function statementsOf(schema: Schema): Map<string, StatementAt> {
  const found = new Map<string, StatementAt>();
  for (const { path, rules } of ruleOwners(schema))
    for (const rule of rules)
      for (const { message, ...statement } of rule.statements ?? [])
        found.set(`${path} ${JSON.stringify(statement)}`, { path, message });
  return found;
}
