import type { Rule } from '../model.js';
import { parseStatements } from '../rules/statements.js';
import { texts } from '../texts/findings.js';
import type { SourceNode } from './source-node.js';

/** Reads a rule. Its script can be executed only when it is JSON in FIM's machine-readable form. */
export function readRule(node: SourceNode): Rule {
  const identification = node.one('identifikation');
  const id = identification?.text('id') ?? '';
  if (id === '') node.warn('1038', texts.rule.noId);
  const text = node.text('freitextRegel') ?? node.text('definition') ?? '';
  if (text === '') node.warn('1024', texts.rule.noText(id));
  const script = node.text('skript') ?? node.text('script');
  const rule: Rule = { id, version: identification?.text('version'), name: node.text('name') ?? '', text };
  if (script === undefined || !/^[[{]/.test(script)) return rule;
  const parsed = parseStatements(script);
  const reasons = typeof parsed === 'string' ? [parsed] : parsed.refused;
  for (const reason of reasons) node.warn('rule', texts.rule.notExecutable(id, reason));
  if (typeof parsed === 'string' || parsed.statements.length === 0) return rule;
  const { statements, refused } = parsed;
  return refused.length === 0 ? { ...rule, statements } : { ...rule, statements, refused };
}
