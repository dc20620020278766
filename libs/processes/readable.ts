import type { Lookup, Section } from '#adapters/contract.js';
import { dataEdges, type Edge, type Field, type Group, type Schema } from '#fim/model.js';
import type { Json } from '#submission/vocabulary.js';

/** What a submission's answers of registers are called: the title of an adapter's attribute. */
export type AttributeTitle = (adapter: string, attribute: string) => string | undefined;

/**
 * A submission for people: labels as the FIM catalogue words the output, code list values by their names, in the order of the schema; what is empty is left
 * out. Then what registers said, and where that differs.
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

/** The sections of a group: its fields up to the first group within it, that group, then the fields behind it as further ones. None, where nothing is filled. */
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
  const section = { heading: 'Weitere Angaben', level, entries: [] };
  sections.push(section);
  return section;
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isEmpty = (value: Json | undefined) => value === undefined || value === null || value === '';
const itemsOf = (value: Json | undefined): Json[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is Json => !isEmpty(item));

function numbered({ outputLabel, label, name }: Field | Group, index: number, { length }: Json[]): string {
  const words = outputLabel || label || name;
  return length > 1 ? `${words} ${index + 1}` : words;
}

/** A value as people write it. */
function written({ type, options }: Field, value: Json): string {
  if (isObject(value)) return `${value['filename']} (${sizeOf(Number(value['size']))})`;
  if (typeof value === 'boolean') return value ? 'Ja' : 'Nein';
  const text = String(value);
  if (options) return options.codes.get(text) ?? text;
  switch (type) {
    case 'date':
      return dayOf(text);
    case 'time':
      return `${text.slice(0, 5)} Uhr`;
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

/** With an offset: in Berlin; without: as it stands. */
function momentOf(text: string): string {
  if (/(Z|[+-]\d{2}:?\d{2})$/.test(text)) return `${berlin.format(new Date(text))} Uhr`;
  return `${dayOf(text)}, ${text.slice(11, 16)} Uhr`;
}

/** Bytes. */
function sizeOf(size: number): string {
  const format = (value: number) => value.toLocaleString('de-DE', { maximumFractionDigits: 1 });
  if (size < 1_000) return `${size} Byte`;
  return size < 1_000_000 ? `${format(size / 1_000)} kB` : `${format(size / 1_000_000)} MB`;
}

function answer({ title: heading, outcome, attributes = {}, origin }: Lookup, title: AttributeTitle): Section {
  const found = Object.entries(attributes).flatMap(([name, value]) =>
    leaves(title(origin.adapter, name) ?? name, value),
  );
  return {
    heading: `Auskunft: ${heading}`,
    level: 1,
    entries: [
      { label: 'Quelle', value: origin.source },
      { label: 'Stand', value: momentOf(origin.at) },
      { label: 'Rechtsgrundlage', value: origin.legalBasis },
      ...(outcome === 'found' ? found : [{ label: 'Ergebnis', value: 'Das Register hat nichts gefunden.' }]),
    ],
  };
}

/** A register's values have no catalogue: objects are taken apart, lists are numbered. */
function leaves(label: string, value: Json): Section['entries'] {
  if (Array.isArray(value))
    return value.flatMap((item, i) => leaves(value.length > 1 ? `${label} ${i + 1}` : label, item));
  if (isObject(value)) return Object.entries(value).flatMap(([name, item]) => leaves(`${label}: ${name}`, item));
  if (isEmpty(value)) return [];
  if (typeof value === 'boolean') return [{ label, value: value ? 'Ja' : 'Nein' }];
  const text = String(value);
  return [{ label, value: /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayOf(text) : text }];
}

function differences(lookups: Lookup[]): Section[] {
  const entries = lookups.flatMap(({ differences }) =>
    differences.map(({ label, form, register }) => ({ label, value: `Antrag: ${form} / Register: ${register}` })),
  );
  return entries.length > 0 ? [{ heading: 'Abweichungen', level: 1, entries }] : [];
}
