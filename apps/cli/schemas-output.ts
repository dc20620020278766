import type { SchemaChange } from '#fim/diff.js';
import type { SchemaDetail, SchemaView } from '#schema-import/view.js';
import { blocks, facts, table } from './show.js';
import { texts } from './texts.js';
import { day, region, time, word } from './values.js';

/** What `stellwerk schemas` prints. */

export type Imported = SchemaView & { dryRun?: true; created?: boolean; changes: SchemaChange[] };
export interface SchemaList {
  items: SchemaView[];
}

export function imported(schema: Imported): string {
  const title = schema.dryRun ? texts.schemas.importable : texts.schemas.imported;
  return blocks(`${title(nameOf(schema))}\n${usesOf(schema)}`, schema.changes.map(changeLine).join('\n'));
}

const changeLine = ({ breaking, message }: SchemaChange) => texts.schemas.change(breaking, message);

export function withdrawn(schema: SchemaView): string {
  return `${texts.schemas.withdrawn(nameOf(schema))}\n${usesOf(schema)}`;
}

export function schemaList({ items }: SchemaList): string {
  if (items.length === 0) return texts.schemas.none;
  const rows = items.flatMap((schema) =>
    schema.uses.map((use) => [
      `${schema.schemaId} ${schema.version}`,
      schema.label,
      use.leistung,
      regionOf(use.region),
      day(use.validFrom),
      day(use.validTo),
      word(use.state),
      releaseOf(schema),
      shareOf(schema.enforced.constraints),
      shareOf(schema.enforced.rules),
    ]),
  );
  return table(texts.schemas.columns, rows);
}

export function schemaDetail(schema: SchemaDetail): string {
  const { facts: labels, listColumns, actionColumns, ...sentences } = texts.schemas;
  const { report, lists, actions } = schema;
  const { added = [] } = report.rules; // reports of earlier versions have none
  const unchecked = [...report.constraints.unchecked, ...report.rules.unchecked];
  return blocks(
    facts([
      [labels.schema, nameOf(schema)],
      [labels.standard, `XDatenfelder ${schema.standard}`],
      [labels.release, releaseOf(schema)],
      [labels.hash, schema.sha256],
      [labels.positions, sentences.positions(report.positions.fields, report.positions.groups)],
      [labels.constraints, shareOf(schema.enforced.constraints)],
      [labels.rules, shareOf(schema.enforced.rules)],
      [labels.addedRules, schema.rulesVersion],
    ]),
    usesOf(schema),
    table(
      listColumns,
      lists.map((list) => [
        list.versionUri,
        list.version ?? sentences.currentVersion,
        word(list.how),
        list.size,
        list.sha256.slice(0, 12),
      ]),
    ),
    added.map(({ id, text, by }) => sentences.enforced(id, by, text.replace(/\s+/g, ' '))).join('\n'),
    unchecked.map(({ id, reason }) => sentences.unchecked(id, reason.replace(/\s+/g, ' '))).join('\n'),
    report.findings.map(({ message }) => sentences.hint(message)).join('\n'),
    table(
      actionColumns,
      actions.map(({ at, actor, type, reason }) => [time(at), actor, word(type), reason]),
    ),
  );
}

function usesOf({ uses }: SchemaView): string {
  const rows = uses.map((use) => [
    use.leistung === '*' ? texts.schemas.allOthers : use.leistung,
    regionOf(use.region),
    use.processVersion,
    day(use.validFrom),
    day(use.validTo),
    word(use.state),
  ]);
  return table(texts.schemas.useColumns, rows);
}

const nameOf = ({ schemaId, version, label }: SchemaView) => `${schemaId} ${version} ${label}`;

const regionOf = (ars: string | undefined) => (ars === undefined ? texts.schemas.everywhere : region(ars));

const shareOf = ({ checked, unchecked }: SchemaView['enforced']['rules']) => texts.schemas.share(checked, unchecked);

const releaseOf = ({ released, status, forced }: SchemaView) =>
  released ? texts.schemas.released(status) : texts.schemas.notReleased(status, forced);
