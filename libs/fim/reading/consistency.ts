import type { ErrorCode } from '../errors.js';
import { type DataType, type Field, positions, type Schema } from '../model.js';
import { judgementOf, ruleOwners } from '../rules/paths.js';
import { texts } from '../texts/findings.js';
import { compileCheck } from '../values/check.js';
import { Fault } from '../values/fault.js';
import type { Findings } from './findings.js';

/** Warns of what only the whole model shows. */
export function checkConsistency(model: Schema, findings: Findings): void {
  checkVersions(model, findings);
  checkContents(model, findings);
  checkRulePaths(model, findings);
}

function checkVersions(model: Schema, findings: Findings): void {
  const firstKeys = new Map<string, string>();
  for (const { edge, path } of positions(model)) {
    const { id, key } = edge.element;
    const first = firstKeys.get(id);
    if (first === undefined) firstKeys.set(id, key);
    else if (first !== key)
      findings.warn('1003', texts.element.severalVersions(first, key), { element: key, position: path });
  }
}

/** XDFM numbers for an initial content (Inhalt) that its own field would refuse: by what is wrong, else by type. */
const contentCodes: Partial<Record<ErrorCode, string>> = {
  minimum: '1072',
  maximum: '1073',
  minLength: '1074',
  maxLength: '1075',
  codeList: '1076',
};
const contentCodesByType: Partial<Record<DataType, string>> = {
  num: '1069',
  num_currency: '1069',
  num_int: '1070',
  date: '1071',
  bool: '1077',
  datetime: '1083',
  time: '1084',
  file: '1100',
  obj: '1100',
};

/** An initial content is shown to people, never filled in by us; one that cannot be right is worth a warning. */
function checkContents(model: Schema, findings: Findings): void {
  const seen = new Set<Field>();
  for (const { edge, path } of positions(model)) {
    const { element } = edge;
    if (element.kind !== 'field' || element.content === undefined || element.input === 'label' || seen.has(element))
      continue;
    seen.add(element);
    const fault = compileCheck({ ...element, input: 'input' })(element.content);
    if (!(fault instanceof Fault)) continue;
    const code = contentCodes[fault.code] ?? contentCodesByType[element.type] ?? 'content';
    findings.warn(code, texts.field.content(fault.message), { element: element.key, position: path });
  }
}

/** Rules that cannot be judged at their position are kept, but not checked. */
function checkRulePaths(model: Schema, findings: Findings): void {
  for (const owner of ruleOwners(model))
    for (const rule of owner.rules)
      for (const statement of rule.statements ?? []) {
        const judgement = judgementOf(model, owner, statement);
        if (typeof judgement !== 'string') continue;
        const location = { element: owner.element.key, position: owner.path || undefined };
        findings.warn(judgement === 'unresolvable' ? '1001' : 'rule', texts.rule[judgement](rule.id), location);
      }
}
