import {
  type Edge,
  type Element,
  type Field,
  type Group,
  type Limits,
  type Reference,
  type Rule,
  type Schema,
} from '#fim/model.js';

/** Writes a model as XDatenfelder, in the standard it names: the other direction of `readSchema`, for proofs. */
export function writeXdatenfelder(schema: Schema): string {
  const three = schema.standard === '3.0.0';
  const namespace = `urn:xoev-de:fim:standard:xdatenfelder_${three ? '3.0.0' : '2'}`;
  const header = el('header', el('nachrichtID', '1') + el('erstellungszeitpunkt', '2026-01-01T00:00:00Z'));
  const [root, body] = {
    '0102': ['xdatenfelder.stammdatenschema.0102', () => schemaBody(schema, three)] as const,
    '0103': ['xdatenfelder.datenfeldgruppe.0103', () => node(schema.edges[0]!.element, three)] as const,
    '0104': ['xdatenfelder.datenfeld.0104', () => node(schema.edges[0]!.element, three)] as const,
  }[schema.message];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<f:${root} xmlns:f="${namespace}">${header}${body()}</f:${root}>`;
}

const escaped = (raw: string) => raw.replace(/[&<>"\r\n]/g, (char) => `&#${char.charCodeAt(0)};`);
const el = (name: string, inside: string, attributes = '') => `<f:${name}${attributes}>${inside}</f:${name}>`;
const text = (name: string, value: string | number | undefined) =>
  value === undefined ? '' : el(name, escaped(String(value)));
const code = (name: string, value: string | number | undefined) =>
  value === undefined ? '' : el(name, `<code>${escaped(String(value))}</code>`);

const schemaBody = (schema: Schema, three: boolean) =>
  el(
    'stammdatenschema',
    sharedChildren(schema, three) +
      text(three ? 'bezeichnung' : 'bezeichnungEingabe', schema.label) +
      text('hilfetext', schema.help) +
      (three ? el('dokumentsteckbrief', text('id', 'D99000000001')) : '') +
      rules(schema, three) +
      schema.edges.map((edge) => struktur(edge, three)).join(''),
  );

const node = (element: Group | Field, three: boolean): string =>
  element.kind === 'group' ? datenfeldgruppe(element, three) : datenfeld(element, three);

const datenfeldgruppe = (group: Group, three: boolean) =>
  el(
    'datenfeldgruppe',
    inner(group, three) +
      code('art', group.choice ? 'X' : undefined) +
      rules(group, three) +
      group.edges.map((edge) => struktur(edge, three)).join(''),
  );

const datenfeld = (element: Field, three: boolean) =>
  el('datenfeld', inner(element, three) + field(element, three) + rules(element, three));

const inner = (element: Group | Field, three: boolean) =>
  sharedChildren(element, three) +
  text('bezeichnungEingabe', element.label) +
  text('bezeichnungAusgabe', element.outputLabel) +
  code('schemaelementart', element.origin) +
  text('hilfetextEingabe', element.help) +
  text('hilfetextAusgabe', element.outputHelp);

/** Children that schemas, groups and fields have in common. */
function sharedChildren(element: Element, three: boolean): string {
  const { status } = element;
  const old =
    code('status', status === 7 ? 'inaktiv' : 'aktiv') + (status === 6 ? text('freigabedatum', '2026-01-01') : '');
  const relations = element.relations.map((one) =>
    el('relation', code('praedikat', one.predicate) + el('objekt', text('id', one.id) + text('version', one.version))),
  );
  return (
    el('identifikation', text('id', element.id) + text('version', element.version)) +
    text('name', element.name) +
    text('beschreibung', element.description) +
    text('definition', element.definition) +
    references(element.references) +
    (three ? code('freigabestatus', status) : old) +
    text('gueltigAb', element.validFrom) +
    text('gueltigBis', element.validTo) +
    relations.join('')
  );
}

const references = (all: Reference[]) =>
  all
    .map((one) => el('bezug', escaped(one.text), one.link === undefined ? '' : ` link="${escaped(one.link)}"`))
    .join('');

const rules = ({ rules }: Element, three: boolean) => rules.map((rule) => regel(rule, three)).join('');

const regel = ({ id, version, name, text: words, statements }: Rule, three: boolean) =>
  el(
    'regel',
    el('identifikation', text('id', id) + text('version', version)) +
      text('name', name) +
      text(three ? 'freitextRegel' : 'definition', words) +
      text(three ? 'skript' : 'script', statements && JSON.stringify(statements)),
  );

const struktur = ({ min, max, references: basis, element }: Edge, three: boolean): string =>
  el(
    'struktur',
    text('anzahl', `${min}:${max === Number.POSITIVE_INFINITY ? '*' : max}`) +
      references(basis) +
      el('enthaelt', node(element, three)),
  );

function field({ input, type, limits, content, prefill, options }: Field, three: boolean): string {
  return (
    code('feldart', input) +
    code('datentyp', type) +
    precision(limits, three) +
    text('inhalt', content) +
    (three ? code('vorbefuellung', prefill) : '') +
    (options === undefined ? '' : choices(options, three)) +
    text('maxSize', limits.maxSize) +
    (limits.mediaTypes ?? []).map((media) => text('mediaType', media)).join('')
  );
}

function precision({ minLength, maxLength, min, max, pattern }: Limits, three: boolean): string {
  const written = Object.entries({ minLength, maxLength, minValue: min, maxValue: max, pattern }).filter(
    ([, value]) => value !== undefined,
  );
  if (three)
    return el('praezisierung', '', written.map(([name, value]) => ` ${name}="${escaped(String(value))}"`).join(''));
  const json = Object.fromEntries(written.map(([name, value]) => [name, String(value)]));
  return text('praezisierung', written.length > 0 ? JSON.stringify(json) : '');
}

function choices({ codes, help, list }: NonNullable<Field['options']>, three: boolean): string {
  if (list === undefined) {
    const values = [...codes].map(([value, name]) =>
      el('wert', text('code', value) + text('name', name) + text('hilfe', help?.get(value))),
    );
    return el('werte', values.join(''));
  }
  const uris = text('canonicalIdentification', list.uri) + text('version', list.version);
  return el('codelisteReferenz', three ? uris : el('genericodeIdentification', uris));
}
