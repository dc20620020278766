import { type Field, positions, type Schema } from '../model.js';
import { compileCheck, Fault } from '../values/checks.js';
import type { Findings } from './findings.js';

/** XDFM numbers for an initial content (Inhalt) that its own field would refuse. */
const codes: Record<string, string> = {
  minimum: '1072',
  maximum: '1073',
  minLength: '1074',
  maxLength: '1075',
  codeList: '1076',
};
const typeCodes: Partial<Record<Field['type'], string>> = {
  num: '1069', num_currency: '1069', num_int: '1070', date: '1071', bool: '1077', datetime: '1083', time: '1084', file: '1100', obj: '1100',
}; // biome-ignore format: a table

/** An initial content is shown to people, never filled in by us; one that cannot be right is worth a warning. */
export function checkContents(schema: Schema, findings: Findings): void {
  const seen = new Set<Field>();
  for (const { edge, path } of positions(schema)) {
    const { element } = edge;
    if (element.kind !== 'field' || element.content === undefined || element.input === 'label' || seen.has(element))
      continue;
    seen.add(element);
    const fault = compileCheck({ ...element, input: 'input' })(element.content);
    if (!(fault instanceof Fault)) continue;
    const code = codes[fault.code] ?? typeCodes[element.type] ?? 'content';
    findings.warn(code, `Der Inhalt des Feldes passt nicht zu ihm selbst. ${fault.message}`, {
      element: element.key,
      position: path,
    });
  }
}
