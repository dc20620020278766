import type { ErrorCode, FimError } from './fault.js';
import { dataEdges, type Edge, type Json, type JsonObject, type Schema } from './model.js';
import { compileRules } from './rules/evaluate.js';
import { type Check, compileCheck, Fault } from './values/checks.js';

export interface Validator {
  /**
   * Checks an instance and answers it normalised: trimmed, empty input removed, numbers, booleans and money in their
   * one form. The instance is never changed; parts that need no change are shared with it.
   */
  validate(instance: Json): { value: Json; errors: FimError[] };
}

const mostErrors = 500;
const missing = 'Diese Angabe ist verpflichtend. Bitte ergänzen Sie sie.';

/** Where an error is told: one per position. */
interface Spot {
  path: string;
  id: string;
  label: string;
}

class Run {
  readonly errors: FimError[] = [];

  fail(spot: Spot, pointer: string, code: string, message: string): void {
    if (this.errors.length >= mostErrors) return;
    const { path, id, label } = spot;
    this.errors.push({ pointer, path, fimField: id, label, code: code as ErrorCode, message });
  }
}

/**
 * Checks the value under `key` of whatever stands at `parent`, and answers it normalised; `undefined` means no input.
 * Pointers are put together only where they are needed: that is half of the speed.
 */
type Visit = (value: Json, parent: string, key: string | number, run: Run) => Json | undefined;
/** The same for the members of a group that is already at hand. */
type VisitGroup = (value: Json, pointer: string, run: Run) => Json | undefined;

interface Slot {
  id: string;
  spot: Spot;
  required: boolean;
  visit: Visit;
}

/** Compiles a schema once; the validator is synchronous, keeps no state and may be shared. */
export function compileValidator(schema: Schema): Validator {
  const spot = { path: '', id: schema.id, label: schema.label };
  const visit = compileGroup(schema, false, spot, []);
  const checkRules = compileRules(schema);
  return {
    validate(instance) {
      const run = new Run();
      const value = visit(instance ?? {}, '', run) ?? {};
      if (checkRules !== undefined && isObject(value))
        run.errors.push(...checkRules(value, run.errors).slice(0, mostErrors));
      return { value, errors: run.errors };
    },
  };
}

function compileGroup(group: { edges: Edge[] }, choice: boolean, spot: Spot, path: string[]): VisitGroup {
  const slots = dataEdges(group).map((edge) => compileSlot(edge, path));
  const names = slots.map((slot) => `„${slot.spot.label}“`).join(', ');
  const chosen = `Bitte machen Sie genau eine der Angaben ${names}.`;
  return (value, pointer, run) => {
    if (value === null) return undefined;
    if (!isObject(value)) {
      run.fail(spot, pointer, 'type', 'Erwartet wird eine Gruppe von Angaben.');
      return value;
    }
    let result: JsonObject = value;
    let present = 0;
    let filled = 0;
    for (const slot of slots) {
      const before = value[slot.id];
      if (before !== undefined) present++;
      const after = before === undefined ? undefined : slot.visit(before, pointer, slot.id, run);
      if (after !== undefined) filled++;
      else if (slot.required) run.fail(slot.spot, `${pointer}/${slot.id}`, 'required', missing);
      if (after !== before) {
        if (result === value) result = { ...value };
        if (after === undefined) delete result[slot.id];
        else result[slot.id] = after;
      }
    }
    let keys = 0;
    for (const _ in value) keys++;
    if (keys > present) filled += refuseUnknown(value, slots, group, spot, pointer, run);
    if (choice && filled !== 1) run.fail(spot, pointer, 'choice', chosen);
    return filled === 0 ? undefined : result;
  };
}

/** Answers how many keys have no place here. */
function refuseUnknown(
  value: JsonObject,
  slots: Slot[],
  group: { edges: Edge[] },
  spot: Spot,
  pointer: string,
  run: Run,
): number {
  const known = new Set(slots.map((slot) => slot.id));
  const unknown = Object.keys(value).filter((key) => !known.has(key));
  for (const key of unknown.slice(0, mostErrors)) {
    const element = group.edges.find((edge) => edge.element.id === key)?.element;
    const id = element?.id ?? (/^[A-Z]\d{1,20}$/.test(key) ? key : '?');
    const path = spot.path === '' ? id : `${spot.path}.${id}`;
    const message = element
      ? 'Dieses Feld ist nur ein Hinweis und nimmt keine Daten auf. Bitte lassen Sie es weg.'
      : 'Dieses Feld gibt es an dieser Stelle nicht. Bitte lassen Sie es weg.';
    run.fail({ path, id, label: element?.label ?? '' }, `${pointer}/${id}`, 'unknownField', message);
  }
  return unknown.length;
}

function compileSlot(edge: Edge, above: string[]): Slot {
  const { element, min, max } = edge;
  const path = [...above, element.id];
  const spot: Spot = { path: path.join('.'), id: element.id, label: element.label };
  const one =
    element.kind === 'field'
      ? visitField(compileCheck(element), spot)
      : visitGroup(compileGroup(element, element.choice, spot, path), min > 0 && max === 1, spot);
  const visit = max > 1 ? visitMany(one, edge, spot) : one;
  return { id: element.id, spot, required: min > 0, visit };
}

const single = 'Hier ist nur eine Angabe möglich, keine Liste.';

/** No check takes a list for a value, so that only a fault has to ask whether it was one. */
const visitField =
  (check: Check, spot: Spot): Visit =>
  (value, parent, key, run) => {
    const result = value === null ? undefined : check(value);
    if (!(result instanceof Fault)) return result;
    if (!Array.isArray(value)) run.fail(spot, `${parent}/${key}`, result.code, result.message);
    else if (value.length === 0) return undefined;
    else run.fail(spot, `${parent}/${key}`, 'multiplicity', single);
    return value;
  };

/** An empty optional group is no input, and nobody asks for its parts; an empty mandatory one stays. */
const visitGroup =
  (visit: VisitGroup, mandatory: boolean, spot: Spot): Visit =>
  (value, parent, key, run) => {
    const pointer = `${parent}/${key}`;
    if (Array.isArray(value)) {
      if (value.length === 0) return undefined;
      run.fail(spot, pointer, 'multiplicity', single);
      return value;
    }
    const before = run.errors.length;
    const result = visit(value, pointer, run);
    if (result !== undefined || value === null) return result;
    if (mandatory) return {};
    run.errors.length = before;
    return undefined;
  };

function visitMany(visit: Visit, { min, max }: Edge, spot: Spot): Visit {
  const few = `Bitte machen Sie mindestens ${min} Angaben.`;
  const many = `Bitte machen Sie höchstens ${max} Angaben.`;
  return (value, parent, key, run) => {
    if (value === null) return undefined;
    const pointer = `${parent}/${key}`;
    if (!Array.isArray(value)) {
      run.fail(spot, pointer, 'type', 'Erwartet wird eine Liste von Angaben.');
      return value;
    }
    const kept: Json[] = [];
    let same = true;
    for (let i = 0; i < value.length && kept.length <= max; i++) {
      const after = visit(value[i]!, pointer, i, run);
      if (after !== undefined) kept.push(after);
      if (after !== value[i]) same = false;
    }
    if (kept.length > max) run.fail(spot, pointer, 'multiplicity', many);
    else if (kept.length < min && kept.length > 0) run.fail(spot, pointer, 'multiplicity', few);
    if (kept.length === 0) return undefined;
    return same ? value : kept;
  };
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
