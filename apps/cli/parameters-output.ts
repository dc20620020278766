import type { Incomplete } from '#parameters/overview.js';
import type { Json } from '#submission/vocabulary.js';
import { facts, table } from './show.js';
import { texts } from './texts.js';
import { count, region as regionName, time, word } from './values.js';

/** What `stellwerk parameters` prints, and the answers of the API behind it. */

/** A value in a region. A secret has `set` instead of `value`. */
interface ShownValue {
  value?: Json;
  set?: true;
  inherit?: true;
  region: string;
  level: string;
  /** `*`: all. */
  leistung: string;
  validFrom?: string;
  validTo?: string | null;
  author: string;
  reason: string;
  createdAt?: string;
}

export interface Effective {
  ars: string;
  leistung: string;
  at: string;
  parameters: Record<string, ShownValue & { hides: ShownValue[] }>;
  defaults: Record<string, Json>;
  missing: string[];
  /** Set above, and not inherited: something of the same bound set is set nearer. */
  notInherited: Record<string, ShownValue>;
}

export interface Definition {
  name: string;
  title: string;
  description: string;
  secret: boolean;
  required: boolean;
  default?: Json;
  adapter?: string;
  leistung?: string;
  /** JSON Schema. */
  schema: { type?: string };
}

export interface History {
  region: string;
  leistung: string;
  name: string;
  versions: ShownValue[];
}

/** What was set, and what else belongs to its bound set. */
export interface Written extends History {
  boundSet?: { set: string[]; notSet: string[] };
}

export interface Missing {
  incomplete: Incomplete[];
}

export interface Checked {
  ok: boolean;
  steps: { step: string; ok: boolean; message: string; parameter?: string }[];
}

export function effective({ ars, leistung, at, parameters, defaults, missing, notInherited }: Effective): string {
  const labels = texts.parameters.facts;
  const about = facts([
    [labels.municipality, regionName(ars)],
    [labels.leistung, leistung],
    [labels.at, time(at)],
  ]);
  const set = Object.entries(parameters).map(([name, entry]) => [
    name,
    valueText(entry),
    `${word(entry.level)} ${entry.region}`,
    leistungText(entry.leistung),
    time(entry.validFrom),
    time(entry.validTo),
    entry.author,
    entry.hides.map(valueText).join(', '),
  ]);
  const preset = Object.entries(defaults).map(([name, value]) => [
    name,
    JSON.stringify(value),
    texts.parameters.default,
    '',
    '',
    '',
    '',
    '',
  ]);
  const further = Object.entries(notInherited).map(([name, { level }]) => `${name} (${word(level)})`);
  const ends = [
    ...(further.length > 0 ? [texts.parameters.notInherited(further.join(', '))] : []),
    missing.length === 0 ? texts.parameters.nothingMissing : texts.parameters.missing(missing.join(', ')),
  ];
  return `${about}\n\n${table(texts.parameters.effectiveColumns, [...set, ...preset])}\n${ends.join('\n')}`;
}

export function history({ region, leistung, name, versions }: History): string {
  const labels = texts.parameters.facts;
  const about = facts([
    [labels.parameter, name],
    [labels.region, regionName(region)],
    [labels.leistung, leistungText(leistung)],
  ]);
  if (versions.length === 0) return `${about}\n\n${texts.parameters.neverSet}`;
  const rows = versions.map((version) => [
    valueText(version),
    time(version.validFrom),
    time(version.validTo),
    version.author,
    time(version.createdAt),
    version.reason,
  ]);
  return `${about}\n\n${table(texts.parameters.historyColumns, rows)}`;
}

export function written({ name, region, leistung, boundSet }: Written): string {
  const said = texts.parameters.set(name, regionName(region), leistung === '*' ? undefined : leistung);
  if (!boundSet) return said;
  const { boundTo, boundSetHere, boundNotSet, none } = texts.parameters;
  const list = (names: string[]) => names.join(', ') || none;
  return [said, boundTo, `${boundSetHere} ${list(boundSet.set)}`, `${boundNotSet} ${list(boundSet.notSet)}`].join('\n');
}

function valueText({ value, set, inherit }: ShownValue): string {
  if (inherit) return texts.parameters.inheritedValue;
  if (set) return texts.parameters.secretValue;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function leistungText(leistung: string): string {
  return leistung === '*' ? texts.parameters.allLeistungen : leistung;
}

export function missing({ incomplete }: Missing): string {
  if (incomplete.length === 0) return texts.parameters.nothingMissing;
  const rows = incomplete.map(({ ars, leistung, title, missing }) => [
    regionName(ars),
    `${title} (${leistung})`,
    missing.join(', '),
  ]);
  const end = `${count(incomplete.length, texts.parameters.incomplete)}.`;
  return `${table(texts.parameters.incompleteColumns, rows)}\n${end}`;
}

export function definitions(all: Definition[]): string {
  const { definitionColumns, secret, required, otherwise } = texts.parameters;
  const rows = all.map((definition) => {
    const { name, title, description, default: preset, leistung } = definition;
    return [
      name,
      [title === name ? '' : title, description].filter(Boolean).join('. '),
      leistung ?? '',
      [
        definition.secret ? secret : '',
        definition.required ? required : '',
        preset === undefined ? '' : otherwise(JSON.stringify(preset)),
      ]
        .filter(Boolean)
        .join(', '),
    ];
  });
  return table(definitionColumns, rows);
}

export function checked({ ok, steps }: Checked): string {
  const { checkColumns, connected, notConnected } = texts.parameters;
  const rows = steps.map(({ step, ok, message, parameter }) => [ok ? '✓' : '✗', step, message, parameter ?? '']);
  return `${table(checkColumns, rows)}\n${ok ? connected : notConnected}`;
}
