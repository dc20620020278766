import { type CodeList, type ListFolder, noLists } from '#fim/lists.js';
import type { Schema } from '#fim/model.js';
import { type Finding, readSchema } from '#fim/read.js';

/** XDatenfelder written by hand, part by part, for tests that need one thing wrong or unusual. No prefix is used. */

const head = (id: string, version: string, name = `Name von ${id}`) =>
  `<identifikation><id>${id}</id>${version && `<version>${version}</version>`}</identifikation><name>${name}</name>`;
const coded = (name: string, code: string) => `<${name}><code xmlns="">${code}</code></${name}>`;

/** `anzahl` and what it contains. */
export const times = (anzahl: string, inside: string) =>
  `<struktur><anzahl>${anzahl}</anzahl><enthaelt>${inside}</enthaelt></struktur>`;

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
  `<datenfeld>${head(id, version)}${coded('freigabestatus', '6')}<bezeichnungEingabe>${label ?? `Feld ${id}`}</bezeichnungEingabe>${coded('schemaelementart', 'HAR')}${coded('feldart', input)}${coded('datentyp', type)}${more}</datenfeld>`;

export const group3 = (id: string, inside: string, { version = '1.0.0', more = '' } = {}) =>
  `<datenfeldgruppe>${head(id, version)}${coded('freigabestatus', '6')}<bezeichnungEingabe>Gruppe ${id}</bezeichnungEingabe>${coded('schemaelementart', 'HAR')}${more}${inside}</datenfeldgruppe>`;

export const schema3 = (inside: string, more = '') =>
  `<xdatenfelder.stammdatenschema.0102 xmlns="urn:xoev-de:fim:standard:xdatenfelder_3.0.0"><header/><stammdatenschema>${head('S08000000001', '1.0.0')}${coded('freigabestatus', '6')}<bezeichnung>Ein Schema</bezeichnung><dokumentsteckbrief><id>D08000000001</id></dokumentsteckbrief>${more}${inside}</stammdatenschema></xdatenfelder.stammdatenschema.0102>`;

export const field2 = (id: string, type: string, { version = '1.0', input = 'input', more = '' }: FieldText = {}) =>
  `<datenfeld>${head(id, version)}<bezeichnungEingabe>Feld ${id}</bezeichnungEingabe>${coded('status', 'aktiv')}${coded('schemaelementart', 'HAR')}${coded('feldart', input)}${coded('datentyp', type)}${more}</datenfeld>`;

export const schema2 = (inside: string, version = '1.0') =>
  `<xdatenfelder.stammdatenschema.0102 xmlns="urn:xoev-de:fim:standard:xdatenfelder_2"><header/><stammdatenschema>${head('S08000001', version)}<bezeichnungEingabe>Ein Schema</bezeichnungEingabe>${coded('status', 'aktiv')}${inside}</stammdatenschema></xdatenfelder.stammdatenschema.0102>`;

export const values = (...codes: [code: string, name: string][]) =>
  `<werte>${codes.map(([code, name]) => `<wert><code>${code}</code><name>${name}</name></wert>`).join('')}</werte>`;

export const regel = (statements: unknown) =>
  `<regel><identifikation><id>R08000000001</id><version>1.0.0</version></identifikation><name>Regel</name><freitextRegel>Eine Regel.</freitextRegel><skript>${JSON.stringify(statements).replaceAll('<', '&lt;')}</skript></regel>`;

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
