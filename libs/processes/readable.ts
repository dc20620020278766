import type { Lookup, Section } from '#adapters/contract.js';
import { dataEdges, type Edge, type Field, type Group, positions, type Schema } from '#fim/model.js';
import type { Json } from '#submission/vocabulary.js';
import type { Facts } from './process-file.js';
import { texts } from './texts.js';
import { valuesAt } from './values.js';

/** The title of an attribute that a register's adapter answers with, or of its part (`anschrift.strasse`). */
export type AttributeTitle = (adapter: string, path: string) => string | undefined;

/**
 * A submission for people, in the order of the schema: labels as the FIM catalogue words the output, code list values
 * by their names, without empty values. The answers of registers and the differences follow.
 */
export function readable(
  { model }: { model: Schema },
  data: Json,
  lookups: Lookup[] = [],
  title: AttributeTitle = () => undefined,
): Section[] {
  const form = group({ heading: model.outputLabel || model.label, level: 0 }, model.edges, data)
    .filter(({ level, entries }) => level > 0 || entries.length > 0)
    .map((section) => ({ ...section, level: Math.max(1, section.level) }));
  return [...form, ...lookups.map((lookup) => answer(lookup, title)), ...differences(lookups)];
}

/**
 * Whose matter it is, and what was laid down there (rates, fees, Kassenzeichen), as the message says it. What the
 * message does not say is missing, not empty; a value that is the same everywhere stands once.
 */
export function laidDown(municipality: string, message: Json, facts: Facts = {}): Section {
  const entries = Object.entries(facts).flatMap(([path, label]) => {
    const values = valuesAt(message, path.split('.')).map((value) =>
      isEmpty(value) ? texts.readable.missing : String(value).replace(/^(\d+)\.(\d+)$/, '$1,$2'),
    );
    const told = new Set(values).size === 1 ? values.slice(0, 1) : values;
    return told.map((value, i) => ({ label: told.length > 1 ? `${label} ${i + 1}` : label, value }));
  });
  const first = { label: texts.readable.municipality, value: municipality };
  return { heading: texts.readable.laidDown, level: 1, entries: [first, ...entries] };
}

/**
 * The sections of a group: its fields up to the first group within it, then that group, then the fields behind it as a
 * section of its own. None if nothing is filled in.
 */
function group(head: Pick<Section, 'heading' | 'level'>, edges: Edge[], data: Json): Section[] {
  const level = head.level + 1;
  const sections: Section[] = [{ ...head, entries: [] }];
  let open = sections[0];
  for (const { element } of dataEdges({ edges })) {
    const items = itemsOf(isObject(data) ? data[element.id] : undefined);
    if (element.kind === 'field') {
      const entries = items.map((value, i) => ({ label: numbered(element, i, items), value: written(element, value) }));
      if (entries.length === 0) continue;
      open ??= further(sections, level);
      open.entries.push(...entries);
      continue;
    }
    const within = items.flatMap((item, i) =>
      group({ heading: numbered(element, i, items), level }, element.edges, item),
    );
    if (within.length > 0) open = undefined;
    sections.push(...within);
  }
  return sections.length > 1 || sections[0]!.entries.length > 0 ? sections : [];
}

function further(sections: Section[], level: number): Section {
  const section = { heading: texts.readable.furtherEntries, level, entries: [] };
  sections.push(section);
  return section;
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isEmpty = (value: Json | undefined) => value === undefined || value === null || value === '';
const itemsOf = (value: Json | undefined): Json[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is Json => !isEmpty(item));

function numbered(element: Field | Group, index: number, { length }: Json[]): string {
  const words = wordsFor(element);
  return length > 1 ? `${words} ${index + 1}` : words;
}

const wordsFor = ({ outputLabel, label, name }: Field | Group) => outputLabel || label || name;

/** What the element at a FIM path is called for people. */
export function labelAt({ model }: { model: Schema }, path: string): string | undefined {
  const found = [...positions(model)].find((position) => position.path === path);
  return found && wordsFor(found.edge.element);
}

/** A value as people write it. */
function written({ type, options }: Field, value: Json): string {
  if (isObject(value)) return `${value['filename']} (${sizeOf(Number(value['size']))})`;
  if (typeof value === 'boolean') return value ? texts.readable.yes : texts.readable.no;
  const text = String(value);
  if (options) return options.codes.get(text) ?? text;
  switch (type) {
    case 'date':
      return dayOf(text);
    case 'time':
      return texts.readable.time(text.slice(0, 5));
    case 'datetime':
      return momentOf(text);
    case 'num':
      return text.replace('.', ',');
    case 'num_currency':
      return `${text.replace('.', ',').replace(/\B(?=(\d{3})+(?!\d))(?<!,\d*)/g, '.')} €`;
    default:
      return text;
  }
}

const dayOf = (text: string) => text.replace(/^(\d{4})-(\d{2})-(\d{2}).*$/s, '$3.$2.$1');

const berlin = new Intl.DateTimeFormat('de-DE', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Europe/Berlin' });

/** A time with an offset is shown in Europe/Berlin, one without as it stands. */
function momentOf(text: string): string {
  if (/(Z|[+-]\d{2}:?\d{2})$/.test(text)) return texts.readable.time(berlin.format(new Date(text)));
  return texts.readable.dateAndTime(dayOf(text), text.slice(11, 16));
}

/** Bytes. */
function sizeOf(size: number): string {
  const format = (value: number) => value.toLocaleString('de-DE', { maximumFractionDigits: 1 });
  if (size < 1_000) return `${size} Byte`;
  return size < 1_000_000 ? `${format(size / 1_000)} kB` : `${format(size / 1_000_000)} MB`;
}

function answer({ title: heading, outcome, attributes = {}, origin }: Lookup, title: AttributeTitle): Section {
  const titleOf = (path: string) => title(origin.adapter, path) ?? path.split('.').at(-1)!;
  const found = Object.entries(attributes).flatMap(([name, value]) => leaves(titleOf(name), name, value, titleOf));
  return {
    heading: texts.readable.answer(heading),
    level: 1,
    entries: [
      { label: texts.readable.source, value: origin.source },
      { label: texts.readable.asOf, value: momentOf(origin.at) },
      { label: texts.readable.legalBasis, value: origin.legalBasis },
      ...(outcome === 'found' ? found : [{ label: texts.readable.result, value: texts.readable[outcome] }]),
    ],
  };
}

/** Objects become one entry for each member, lists are numbered. */
function leaves(label: string, path: string, value: Json, titleOf: (path: string) => string): Section['entries'] {
  if (Array.isArray(value))
    return value.flatMap((item, i) => leaves(value.length > 1 ? `${label} ${i + 1}` : label, path, item, titleOf));
  if (isObject(value))
    return Object.entries(value).flatMap(([name, item]) => {
      const part = `${path}.${name}`;
      return leaves(`${label}: ${titleOf(part)}`, part, item, titleOf);
    });
  if (isEmpty(value)) return [];
  if (typeof value === 'boolean') return [{ label, value: value ? texts.readable.yes : texts.readable.no }];
  const text = String(value);
  return [{ label, value: /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayOf(text) : text }];
}

function differences(lookups: Lookup[]): Section[] {
  const entries = lookups.flatMap(({ differences }) =>
    differences.map(({ label, form, register }) => ({ label, value: texts.readable.difference(form, register) })),
  );
  return entries.length > 0 ? [{ heading: texts.readable.differences, level: 1, entries }] : [];
}
