import { isDeepStrictEqual } from 'node:util';
import { carriesData, type Edge, type Field, type Group, positions, type Schema } from './model.js';
import { sites } from './rules/paths.js';
import { before } from './values/checks.js';
import { kindName, multiplicity, typeNames } from './written.js';

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

/** Compares two versions of a schema from the sender's side, position by position; breaking changes come first. */
export function diffSchemas(old: Schema, young: Schema): SchemaChange[] {
  const was = places(old);
  const is = places(young);
  const changes = [...goneAndCome(was, is), ...rulesOf(old, young)];
  for (const [path, edge] of is) {
    const other = was.get(path);
    if (other !== undefined) changes.push(...compareEdges(path, other, edge));
  }
  return changes.sort((a, b) => Number(b.breaking) - Number(a.breaking));
}

const places = (schema: Schema) =>
  new Map([...positions(schema)].filter(({ edge }) => carriesData(edge.element)).map(({ path, edge }) => [path, edge]));

const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('.')));

/** Of a whole group that came or went, only the group is told. */
function goneAndCome(was: Map<string, Edge>, is: Map<string, Edge>): SchemaChange[] {
  const changes: SchemaChange[] = [];
  for (const [path, edge] of was)
    if (!is.has(path) && (parentOf(path) === '' || is.has(parentOf(path))))
      changes.push({
        path,
        what: 'removed',
        breaking: true,
        message: `„${edge.element.label}“ gibt es nicht mehr; bitte nicht mehr senden.`,
      });
  for (const [path, edge] of is)
    if (!was.has(path) && (parentOf(path) === '' || was.has(parentOf(path)))) {
      const must = edge.min > 0;
      const message = `„${edge.element.label}“ ist neu (${kindName(edge.element)}, ${multiplicity(edge)})${must ? ' und muss gesendet werden' : ''}.`;
      changes.push({ path, what: 'added', breaking: must, message });
    }
  return changes;
}

function compareEdges(path: string, old: Edge, young: Edge): SchemaChange[] {
  const changes: SchemaChange[] = [];
  const note = (what: SchemaChange['what'], breaking: boolean, message: string) =>
    changes.push({ path, what, breaking, message: `„${young.element.label}“: ${message}` });
  if (multiplicity(old) !== multiplicity(young)) {
    const reshaped = old.max > 1 !== young.max > 1;
    const form = reshaped
      ? young.max > 1
        ? '; jetzt als Liste zu senden'
        : '; jetzt als einzelner Wert zu senden'
      : '';
    const breaking = young.min > old.min || young.max < old.max || reshaped;
    note('multiplicity', breaking, `Anzahl ${multiplicity(old)} wird ${multiplicity(young)}${form}.`);
  }
  if (old.element.label !== young.element.label) note('text', false, `hieß bisher „${old.element.label}“.`);
  if (old.element.kind !== young.element.kind)
    note('type', true, `war ${kindName(old.element)}, ist ${kindName(young.element)}.`);
  else if (young.element.kind === 'group') compareGroups(old.element as Group, young.element, note);
  else compareFields(old.element as Field, young.element, note);
  return changes;
}

type Note = (what: SchemaChange['what'], breaking: boolean, message: string) => void;

function compareGroups(old: Group, young: Group, note: Note): void {
  if (old.choice !== young.choice)
    note(
      'choice',
      young.choice,
      young.choice ? 'jetzt ist genau eine der Angaben erlaubt.' : 'die Angaben schließen sich nicht mehr aus.',
    );
}

/** Types that accept everything the other accepted. */
const wider = new Set(['text_latin>text', 'num_int>num']);

function compareFields(old: Field, young: Field, note: Note): void {
  if (old.type !== young.type)
    note(
      'type',
      !wider.has(`${old.type}>${young.type}`),
      `Datentyp ${typeNames[old.type]} wird ${typeNames[young.type]}.`,
    );
  compareLists(old, young, note);
  const { limits: was } = old;
  const { limits: is } = young;
  const limit = <T>(name: string, from: T | undefined, to: T | undefined, tighter: (from: T, to: T) => boolean) => {
    if (isDeepStrictEqual(from, to)) return;
    const breaking = to !== undefined && (from === undefined || tighter(from, to));
    note('limit', breaking, `${name} ${show(from)} wird ${show(to)}.`);
  };
  const less = lessFor(young);
  limit('Mindestlänge', was.minLength, is.minLength, (from, to) => to > from);
  limit('Höchstlänge', was.maxLength, is.maxLength, (from, to) => to < from);
  limit('Kleinster Wert', was.min, is.min, (from, to) => less(from, to));
  limit('Größter Wert', was.max, is.max, (from, to) => less(to, from));
  limit('Muster', was.pattern, is.pattern, () => true);
  limit('Größte Dateigröße', was.maxSize, is.maxSize, (from, to) => to < from);
  limit('Dateitypen', was.mediaTypes, is.mediaTypes, (from, to) => from.some((type) => !to.includes(type)));
  const fixed = ({ input, content }: Field) => (input === 'locked' ? content : undefined);
  limit('Vorgegebener Inhalt', fixed(old), fixed(young), () => true);
}

const lessFor = (field: Field) => (a: string, b: string) =>
  field.type.startsWith('num') ? Number(a) < Number(b) : before(a, b);
const show = (limit: unknown) =>
  limit === undefined ? '(ohne)' : Array.isArray(limit) ? limit.join(', ') : String(limit);

function compareLists(old: Field, young: Field, note: Note): void {
  const was = old.options?.codes;
  const is = young.options?.codes;
  if (is === undefined) {
    if (was !== undefined) note('list', false, 'es gibt keine Codeliste mehr.');
    return;
  }
  if (was === undefined) {
    note('list', true, `nur noch Codes aus einer Liste mit ${is.size} Einträgen.`);
    return;
  }
  const gone = [...was.keys()].filter((code) => !is.has(code));
  const come = [...is.keys()].filter((code) => !was.has(code));
  if (gone.length > 0) note('list', true, `Codes entfallen: ${few(gone)}.`);
  if (come.length > 0) note('list', false, `neue Codes: ${few(come)}.`);
}

const few = (codes: string[]) =>
  codes.length > 10 ? `${codes.slice(0, 10).join(', ')} und ${codes.length - 10} weitere` : codes.join(', ');

function rulesOf(old: Schema, young: Schema): SchemaChange[] {
  const was = statements(old);
  const is = statements(young);
  const told = (from: Map<string, string>, to: Map<string, string>, breaking: boolean, word: string): SchemaChange[] =>
    [...from]
      .filter(([identity]) => !to.has(identity))
      .map(([identity, message]) => ({
        path: identity.split(' ', 1)[0]!,
        what: 'rule',
        breaking,
        message: `Regel ${word}: ${message}`,
      }));
  return [...told(is, was, true, 'neu'), ...told(was, is, false, 'entfällt')];
}

function statements(schema: Schema): Map<string, string> {
  const found = new Map<string, string>();
  for (const { path, rules } of sites(schema))
    for (const rule of rules)
      for (const { message, ...statement } of rule.statements ?? [])
        found.set(`${path} ${JSON.stringify(statement)}`, message);
  return found;
}
