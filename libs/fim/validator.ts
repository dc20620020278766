import type { ErrorCode, FimError } from './errors.js';
import { isJsonObject, type Json, type JsonObject } from './json.js';
import { dataEdges, type Edge, type Group, type Parent, type Schema } from './model.js';
import { compileRules } from './rules/compile.js';
import { texts } from './texts/validation.js';
import { compileCheck } from './values/check.js';
import { type Check, Fault } from './values/fault.js';

export interface Validator {
  /**
   * Checks an instance and returns it normalised: trimmed, empty input removed, numbers, booleans and money in their
   * one form. The instance is never changed; parts that need no change are shared with it.
   */
  validate(instance: Json): { value: Json; errors: FimError[] };
}

/** Compiles a schema once. The validator is synchronous, keeps no state and may be shared. */
export function compileValidator(schema: Schema): Validator {
  const position = { path: '', fimField: schema.id, label: schema.label };
  const checkRoot = compileMembers(schema, false, position, []);
  const checkRules = compileRules(schema);
  return {
    validate(instance) {
      const log = new ErrorLog();
      const value = checkRoot(instance ?? {}, '', log) ?? leastOf(schema) ?? {};
      const { errors } = log;
      if (checkRules !== undefined && isJsonObject(value))
        errors.push(...checkRules(value, errors).slice(0, mostErrors - errors.length));
      return { value, errors };
    },
  };
}

const mostErrors = 500;

/** What all errors at one position have in common. */
type ErrorPosition = Pick<FimError, 'path' | 'fimField' | 'label'>;

/** The errors of one validation; beyond {@link mostErrors} they are dropped. */
class ErrorLog {
  readonly errors: FimError[] = [];

  add(position: ErrorPosition, pointer: string, code: ErrorCode, message: string): void {
    if (this.errors.length < mostErrors) this.errors.push({ pointer, ...position, code, message });
  }
}

/**
 * Checks the value at the pointer `parent`/`key` and returns it normalised; `undefined` means no input. The pointer is
 * joined only where an error or a group needs it: joining it for every value would double the time of a validation.
 */
type CheckPosition = (value: Json, parent: string, key: string | number, log: ErrorLog) => Json | undefined;
/** The same for the members of the schema or of a group, whose own pointer is at hand. */
type CheckMembers = (value: Json, pointer: string, log: ErrorLog) => Json | undefined;

interface Member {
  id: string;
  position: ErrorPosition;
  required: boolean;
  /** What stands for a mandatory group that is absent and has nothing mandatory inside. */
  least?: JsonObject;
  check: CheckPosition;
}

function compileMembers(parent: Parent, choice: boolean, position: ErrorPosition, path: string[]): CheckMembers {
  const members = dataEdges(parent).map((edge) => compileMember(edge, path));
  const choiceMessage = texts.choice(members.map((member) => member.position.label));
  const refuseUnknown = compileUnknown(parent, members, position);
  return (value, pointer, log) => {
    if (value === null) return undefined;
    if (!isJsonObject(value)) {
      log.add(position, pointer, 'type', texts.group);
      return value;
    }
    let result: JsonObject = value;
    let present = 0;
    let filled = 0;
    for (const member of members) {
      const before = value[member.id];
      if (before !== undefined) present++;
      let after = before === undefined ? undefined : member.check(before, pointer, member.id, log);
      if (after !== undefined) filled++;
      else if (member.least !== undefined) after = structuredClone(member.least);
      else if (member.required) log.add(member.position, `${pointer}/${member.id}`, 'required', texts.required);
      if (after !== before) {
        if (result === value) result = { ...value };
        if (after === undefined) delete result[member.id];
        else result[member.id] = after;
      }
    }
    let keys = 0;
    for (const _ in value) keys++;
    if (keys > present) filled += refuseUnknown(value, pointer, log);
    if (choice && filled !== 1) log.add(position, pointer, 'choice', choiceMessage);
    return filled === 0 ? undefined : result;
  };
}

/** The compiled function reports the keys that have no place in a group, and returns how many there are. */
function compileUnknown(parent: Parent, members: Member[], { path }: ErrorPosition) {
  const known = new Set(members.map((member) => member.id));
  return (value: JsonObject, pointer: string, log: ErrorLog): number => {
    const unknown = Object.keys(value).filter((key) => !known.has(key));
    for (const key of unknown.slice(0, mostErrors)) {
      const element = parent.edges.find((edge) => edge.element.id === key)?.element;
      const id = element?.id ?? (isFimId(key) ? key : '?');
      const position = { path: path === '' ? id : `${path}.${id}`, fimField: id, label: element?.label ?? '' };
      log.add(position, `${pointer}/${id}`, 'unknownField', element ? texts.label : texts.unknownField);
    }
    return unknown.length;
  };
}

/** Any other key is somebody's input, which no error may repeat. */
const isFimId = (key: string) => /^[A-Z]\d{1,20}$/.test(key);

function compileMember(edge: Edge, above: string[]): Member {
  const { element, min, max } = edge;
  const path = [...above, element.id];
  const position: ErrorPosition = { path: path.join('.'), fimField: element.id, label: element.label };
  const one =
    element.kind === 'field'
      ? checkField(compileCheck(element), position)
      : checkGroup(compileMembers(element, element.choice, position, path), min > 0 && max === 1, position);
  const check = max > 1 ? checkList(one, edge, position) : one;
  const least = min > 0 && max === 1 && element.kind === 'group' ? leastOf(element) : undefined;
  return { id: element.id, position, required: min > 0, least, check };
}

/** A form in which nothing is filled in: mandatory groups only. `undefined` where that is not valid. */
function leastOf(parent: Schema | Group): JsonObject | undefined {
  if (parent.kind === 'group' && parent.choice) return undefined;
  const least: JsonObject = {};
  for (const { element, min, max } of dataEdges(parent)) {
    if (min === 0) continue;
    const inside = element.kind === 'group' && max === 1 ? leastOf(element) : undefined;
    if (inside === undefined) return undefined;
    least[element.id] = inside;
  }
  return least;
}

/** No check accepts a list, so whether the value was one is asked only after it has been refused. */
const checkField =
  (check: Check, position: ErrorPosition): CheckPosition =>
  (value, parent, key, log) => {
    const result = value === null ? undefined : check(value);
    if (!(result instanceof Fault)) return result;
    if (!Array.isArray(value)) log.add(position, `${parent}/${key}`, result.code, result.message);
    else if (value.length === 0) return undefined;
    else log.add(position, `${parent}/${key}`, 'multiplicity', texts.single);
    return value;
  };

/**
 * An empty optional group is no input, and its parts are not demanded. So is a mandatory one without content: where it
 * has mandatory parts they are missing, else its least form stands for it.
 */
const checkGroup =
  (checkMembers: CheckMembers, mandatory: boolean, position: ErrorPosition): CheckPosition =>
  (value, parent, key, log) => {
    const pointer = `${parent}/${key}`;
    if (Array.isArray(value)) {
      if (value.length === 0) return undefined;
      log.add(position, pointer, 'multiplicity', texts.single);
      return value;
    }
    const errorsBefore = log.errors.length;
    const result = checkMembers(value, pointer, log);
    if (result !== undefined || value === null) return result;
    if (mandatory && log.errors.length > errorsBefore) return {};
    log.errors.length = errorsBefore;
    return undefined;
  };

function checkList(checkItem: CheckPosition, { min, max }: Edge, position: ErrorPosition): CheckPosition {
  const tooFew = texts.tooFew(min);
  const tooMany = texts.tooMany(max);
  return (value, parent, key, log) => {
    if (value === null) return undefined;
    const pointer = `${parent}/${key}`;
    if (!Array.isArray(value)) {
      log.add(position, pointer, 'type', texts.list);
      return value;
    }
    const items: Json[] = [];
    let unchanged = true;
    for (let i = 0; i < value.length && items.length <= max; i++) {
      const item = checkItem(value[i]!, pointer, i, log);
      if (item !== undefined) items.push(item);
      if (item !== value[i]) unchanged = false;
    }
    if (items.length > max) log.add(position, pointer, 'multiplicity', tooMany);
    else if (items.length < min && items.length > 0) log.add(position, pointer, 'multiplicity', tooFew);
    if (items.length === 0) return undefined;
    return unchanged ? value : items;
  };
}
