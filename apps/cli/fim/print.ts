import type { SchemaChange } from '#fim/diff.js';
import type { FimError } from '#fim/errors.js';
import { type CodeList, codeColumn } from '#fim/lists.js';
import type { BoundList } from '#fim/model.js';
import type { Finding } from '#fim/read.js';
import type { Report } from '#fim/report.js';
import { blocks, facts, table } from '../show.js';
import { texts } from './texts.js';

/** What `check` says about a file: the whole report where it is readable. */
export type CheckedFile = { file: string; readable: boolean; findings: Finding[] } & Partial<Report>;

export function reportText(checked: CheckedFile): string {
  const { constraints, rules, unfillable = [], lists = [], findings } = checked;
  const unchecked = [...(constraints?.unchecked ?? []), ...(rules?.unchecked ?? [])];
  return [
    headText(checked),
    listTable(lists),
    ...unfillable.map(({ id, position, reason }) => entry([texts.report.unfillableElement(id), position], reason)),
    ...(rules?.added ?? []).map(({ id, position, text, by }) =>
      entry([texts.report.enforcedText(id, by), position], text),
    ),
    ...unchecked.map(({ id, position, reason }) =>
      entry([texts.report.uncheckedElement(id), position], shortened(reason)),
    ),
    ...findings.map(findingText),
  ]
    .filter(Boolean)
    .join('\n');
}

function headText({ file, readable, schema, label = '', standard = '', ...report }: CheckedFile): string {
  const { positions, constraints, rules } = report;
  const words = texts.report;
  return facts([
    [words.file, file],
    [words.result, readable ? words.readable : words.refused],
    [words.schema, schema && words.schemaOf(schema, label, standard)],
    [words.release, releaseText(report)],
    [words.positions, positions && words.counted(positions)],
    [words.checked, constraints && rules && words.checkedOf(constraints.checked, rules.checked)],
    [words.addedRules, rules?.version && words.addedRulesOf(rules.version, rules.added.length)],
    [words.unfillable, report.unfillable?.length ? words.unfillableOf(report.unfillable.length) : undefined],
    [words.unchecked, constraints && rules && words.uncheckedOf(constraints.unchecked.length, rules.unchecked.length)],
  ]);
}

function releaseText({ released, status }: Partial<Report>): string {
  if (released === undefined || status === undefined) return '';
  return released ? texts.report.released : texts.report.notReleased(status);
}

const listTable = (lists: BoundList[]) =>
  table(
    texts.report.lists,
    lists.map(({ versionUri, version, how, size }) => [
      versionUri,
      version ?? texts.report.anyVersion,
      texts.report.how[how],
      size,
    ]),
  );

/** A code list: which it is, what is transmitted of it, its first entries. */
export function listText(list: CodeList, most: number): string {
  const words = texts.list;
  const head = facts([
    [words.name, list.name],
    [words.uri, list.uri],
    [words.version, list.version],
    [words.code, codeColumn(list)],
    [words.keys, list.keys.map(({ columns }) => columns.join(' + ')).join(', ')],
    [words.size, list.rows.length],
  ]);
  const rows = list.rows.slice(0, most).map((row) => row.map((cell) => cell ?? ''));
  const more = list.rows.length - rows.length;
  return blocks(head, table(list.columns, rows), more > 0 ? words.more(more) : '');
}

const shortened = (text: string) => (text.length > 100 ? `${text.slice(0, 99)}…` : text);

export const findingText = ({ severity, code, position, element, line, file, message }: Finding): string =>
  entry(
    [
      `${severity === 'error' ? texts.error : texts.warning} ${code}`,
      position ?? element ?? '',
      file === undefined ? '' : texts.rulesFile,
      line === undefined ? '' : texts.line(line),
    ],
    message,
  );

export const errorList = (errors: FimError[]): string =>
  errors.length === 0
    ? texts.valid
    : errors.map(({ code, pointer, label, message }) => entry([`${code}  ${pointer}`, label], message)).join('\n');

export const changeList = (changes: SchemaChange[]): string =>
  changes.length === 0
    ? texts.noChanges
    : changes
        .map(({ breaking, path, message }) => entry([breaking ? texts.breaking : texts.harmless, path], message))
        .join('\n');

/** A heading and an indented sentence. */
const entry = (heading: string[], sentence: string) =>
  `${heading.filter(Boolean).join('  ')}\n    ${sentence.replace(/\s+/g, ' ')}`;
