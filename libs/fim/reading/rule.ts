import type { Rule } from '../model.js';
import { parseStatements } from '../rules/form.js';
import type { Place } from './findings.js';
import type { Source } from './source.js';
import type { Node } from './tree.js';

const known = new Set([
  'identifikation', 'name', 'bezeichnungEingabe', 'bezeichnungAusgabe', 'beschreibung', 'definition', 'freitextRegel', 'bezug',
  'status', 'freigabestatus', 'statusGesetztAm', 'statusGesetztDurch', 'gueltigAb', 'gueltigBis', 'fachlicherErsteller',
  'versionshinweis', 'freigabedatum', 'veroeffentlichungsdatum', 'letzteAenderung', 'typ', 'skript', 'script', 'stichwort',
  'relation', 'params', 'targets', 'errors',
]); // biome-ignore format: a table

/** Reads a rule; its script is executable for us only when it is JSON in FIM's machine-readable form. */
export function readRule(node: Node, source: Source, place: Place): Rule {
  source.known(node, known, place);
  const identity = source.one(node, 'identifikation', place);
  const id = (identity && source.text(identity, 'id', place)) ?? '';
  if (id === '') source.findings.warn('1038', 'Einer Regel fehlt die ID.', place);
  const text = source.text(node, 'freitextRegel', place) ?? source.text(node, 'definition', place) ?? '';
  if (text === '') source.findings.warn('1024', `Die Regel ${id} hat keinen Text.`, place);
  const script = source.text(node, 'skript', place) ?? source.text(node, 'script', place);
  const version = identity && source.text(identity, 'version', place);
  const rule: Rule = { id, version, name: source.text(node, 'name', place) ?? '', text };
  if (script === undefined || !/^[[{]/.test(script)) return rule;
  const parsed = parseStatements(script);
  if (typeof parsed === 'string')
    source.findings.warn('rule', `Die Regel ${id} ist nicht auswertbar: ${parsed}`, place);
  else rule.statements = parsed;
  return rule;
}
