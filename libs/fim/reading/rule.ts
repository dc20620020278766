import type { Rule } from '../model.js';
import { parseStatements } from '../rules/statements.js';
import { texts } from '../texts/findings.js';
import type { SourceNode } from './source-node.js';

// biome-ignore format: a table
const children = new Set([
  'identifikation', 'name', 'bezeichnungEingabe', 'bezeichnungAusgabe', 'beschreibung', 'definition', 'freitextRegel',
  'bezug', 'status', 'freigabestatus', 'statusGesetztAm', 'statusGesetztDurch', 'gueltigAb', 'gueltigBis',
  'fachlicherErsteller', 'versionshinweis', 'freigabedatum', 'veroeffentlichungsdatum', 'letzteAenderung', 'typ',
  'skript', 'script', 'stichwort', 'relation', 'params', 'targets', 'errors',
]);

/** Reads a rule. Its script can be executed only when it is JSON in FIM's machine-readable form. */
export function readRule(node: SourceNode): Rule {
  node.warnUnknown(children);
  const identification = node.one('identifikation');
  const id = identification?.text('id') ?? '';
  if (id === '') node.warn('1038', texts.rule.noId);
  const text = node.text('freitextRegel') ?? node.text('definition') ?? '';
  if (text === '') node.warn('1024', texts.rule.noText(id));
  const script = node.text('skript') ?? node.text('script');
  const rule: Rule = { id, version: identification?.text('version'), name: node.text('name') ?? '', text };
  if (script === undefined || !/^[[{]/.test(script)) return rule;
  const statements = parseStatements(script);
  if (typeof statements !== 'string') return { ...rule, statements };
  node.warn('rule', texts.rule.notExecutable(id, statements));
  return rule;
}
