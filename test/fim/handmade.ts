import { type CodeList, type ListFolder, noLists } from '#fim/lists.js';
import type { Schema } from '#fim/model.js';
import { type Finding, readSchema } from '#fim/read.js';

/**
 * XDatenfelder written by hand, part by part, for tests that need one thing wrong or unusual. No prefix is used. Names
 * that end in 2 and 3 are of XDatenfelder 2.0 and 3.0.0.
 */

const element = (name: string, inside: string) => `<${name}>${inside}</${name}>`;
const coded = (name: string, code: string) => element(name, `<code xmlns="">${code}</code>`);
const head = (id: string, version: string) =>
  element('identifikation', element('id', id) + (version && element('version', version))) +
  element('name', `Name von ${id}`);

/** A struktur: the multiplicity (`anzahl`) and what it contains. */
export const times = (anzahl: string, inside: string) =>
  element('struktur', element('anzahl', anzahl) + element('enthaelt', inside));

export interface FieldText {
  version?: string;
  input?: string;
  label?: string;
  /** After `datentyp`: Präzisierung, lists, rules … */
  more?: string;
}

export const field3 = (
  id: string,
  type: string,
  { version = '1.0.0', input = 'input', label, more = '' }: FieldText = {},
) =>
  element(
    'datenfeld',
    head(id, version) +
      coded('freigabestatus', '6') +
      element('bezeichnungEingabe', label ?? `Feld ${id}`) +
      coded('schemaelementart', 'HAR') +
      coded('feldart', input) +
      coded('datentyp', type) +
      more,
  );

export const group3 = (id: string, inside: string, { version = '1.0.0', more = '' } = {}) =>
  element(
    'datenfeldgruppe',
    head(id, version) +
      coded('freigabestatus', '6') +
      element('bezeichnungEingabe', `Gruppe ${id}`) +
      coded('schemaelementart', 'HAR') +
      more +
      inside,
  );

/** A message 0102. */
const message = (namespace: string, schema: string) =>
  `<xdatenfelder.stammdatenschema.0102 xmlns="urn:xoev-de:fim:standard:${namespace}"><header/>` +
  `${element('stammdatenschema', schema)}</xdatenfelder.stammdatenschema.0102>`;

export const schema3 = (inside: string, more = '') =>
  message(
    'xdatenfelder_3.0.0',
    head('S08000000001', '1.0.0') +
      coded('freigabestatus', '6') +
      element('bezeichnung', 'Ein Schema') +
      element('dokumentsteckbrief', element('id', 'D08000000001')) +
      more +
      inside,
  );

export const field2 = (id: string, type: string, { version = '1.0', input = 'input', more = '' }: FieldText = {}) =>
  element(
    'datenfeld',
    head(id, version) +
      element('bezeichnungEingabe', `Feld ${id}`) +
      coded('status', 'aktiv') +
      coded('schemaelementart', 'HAR') +
      coded('feldart', input) +
      coded('datentyp', type) +
      more,
  );

export const schema2 = (inside: string, version = '1.0') =>
  message(
    'xdatenfelder_2',
    head('S08000001', version) + element('bezeichnungEingabe', 'Ein Schema') + coded('status', 'aktiv') + inside,
  );

export const values = (...codes: [code: string, name: string][]) =>
  element(
    'werte',
    codes.map(([code, name]) => element('wert', element('code', code) + element('name', name))).join(''),
  );

/** A rule; without statements only its text. */
export const regel = (statements?: unknown, { id = 'R08000000001', text = 'Eine Regel.' } = {}) =>
  element(
    'regel',
    element('identifikation', element('id', id) + element('version', '1.0.0')) +
      element('name', 'Regel') +
      element('freitextRegel', text) +
      (statements === undefined ? '' : element('skript', JSON.stringify(statements).replaceAll('<', '&lt;'))),
  );

/** Reads what must be readable. */
export function model(xml: string, lists: ListFolder = noLists, bind: Record<string, CodeList> = {}): Schema {
  const { model, findings } = readSchema(xml, { lists, bind });
  if (model === undefined) throw new Error(findings.map((finding) => `${finding.code} ${finding.message}`).join('\n'));
  return model;
}

/** What reading finds, as `error 1047 G1.F2`. */
export const findingsOf = (xml: string): string[] =>
  readSchema(xml, { lists: noLists }).findings.map(({ severity, code, position }: Finding) =>
    [severity, code, position].filter(Boolean).join(' '),
  );
