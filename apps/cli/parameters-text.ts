import type { Incomplete } from '#parameters/overview.js';
import type { Json } from '#submission/vocabulary.js';
import { count, facts, place, table, time } from './show.js';
import { word } from './words.js';

interface Shown {
  value?: Json;
  set?: true;
  inherit?: true;
  region: string;
  level: string;
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
  parameters: Record<string, Shown & { hides: Shown[] }>;
  defaults: Record<string, Json>;
  missing: string[];
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
  schema: { type?: string };
}

export interface History {
  region: string;
  leistung: string;
  name: string;
  versions: Shown[];
}

export interface Checked {
  ok: boolean;
  steps: { step: string; ok: boolean; message: string; parameter?: string }[];
}

export function effective({ ars, leistung, at, parameters, defaults, missing }: Effective): string {
  const rows = Object.entries(parameters).map(([name, entry]) => [
    name,
    shownValue(entry),
    `${word(entry.level)} ${entry.region}`,
    entry.leistung === '*' ? 'alle' : entry.leistung,
    time(entry.validFrom),
    time(entry.validTo),
    entry.author,
    entry.hides.map(shownValue).join(', '),
  ]);
  const preset = Object.entries(defaults).map(([name, value]) => [
    name,
    JSON.stringify(value),
    'Vorgabe',
    '',
    '',
    '',
    '',
    '',
  ]);
  const about = facts([
    ['Gemeinde', place(ars)],
    ['Leistung', leistung],
    ['Zeitpunkt', time(at)],
  ]);
  const head = ['Parameter', 'Wert', 'gesetzt von', 'für', 'seit', 'bis', 'wer', 'verdeckt'];
  const end = missing.length === 0 ? 'Es fehlt nichts.' : `Es fehlt: ${missing.join(', ')}`;
  return `${about}\n\n${table(head, [...rows, ...preset])}\n${end}`;
}

export function history({ region, leistung, name, versions }: History): string {
  const about = facts([
    ['Parameter', name],
    ['Region', place(region)],
    ['Leistung', leistung === '*' ? 'alle' : leistung],
  ]);
  if (versions.length === 0) return `${about}\n\nHier war nie etwas gesetzt.`;
  const rows = versions.map((row) => [
    shownValue(row),
    time(row.validFrom),
    time(row.validTo),
    row.author,
    time(row.createdAt),
    row.reason,
  ]);
  return `${about}\n\n${table(['Wert', 'gilt ab', 'gilt bis', 'wer', 'wann', 'warum'], rows)}`;
}

function shownValue({ value, set, inherit }: Shown): string {
  if (inherit) return '(erbt)';
  return set ? '(geheim)' : typeof value === 'string' ? value : JSON.stringify(value);
}

export function incomplete({ incomplete }: { incomplete: Incomplete[] }): string {
  if (incomplete.length === 0) return 'Es fehlt nichts.';
  const rows = incomplete.map(({ ars, leistung, title, missing }) => [
    place(ars),
    `${title} (${leistung})`,
    missing.join(', '),
  ]);
  return `${table(['Gemeinde', 'Leistung', 'es fehlt'], rows)}\n${count(incomplete.length, 'unvollständige Leistung', 'unvollständige Leistungen')}.`;
}

export function defined(definitions: Definition[]): string {
  const rows = definitions.map(({ name, title, description, secret, required, default: preset, leistung }) => [
    name,
    [title === name ? '' : title, description].filter(Boolean).join('. '),
    leistung ?? '',
    [secret ? 'geheim' : '', required ? 'nötig' : '', preset === undefined ? '' : `sonst ${JSON.stringify(preset)}`]
      .filter(Boolean)
      .join(', '),
  ]);
  return table(['Parameter', 'was er bedeutet', 'Leistung', ''], rows);
}

export function checked({ ok, steps }: Checked): string {
  const rows = steps.map(({ step, ok, message, parameter }) => [ok ? '✓' : '✗', step, message, parameter ?? '']);
  return `${table(['', 'Schritt', 'Ergebnis', 'Parameter'], rows)}\n${ok ? 'Die Verbindung steht.' : 'Die Verbindung steht nicht.'}`;
}
