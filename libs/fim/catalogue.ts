import { cataloguePage } from './catalogue-page.js';
import { basisLabel, kindLabel, limitsLabel, multiplicityLabel, schemaLabel } from './labels.js';
import { type Field, type Group, type Position, positions, type Schema } from './model.js';
import { texts } from './texts/report.js';

/** How many codes of a list are written out. */
const listedCodes = 12;

/**
 * Field catalogue of a schema: every position with what is asked, how often, in which limits, on what legal basis. As
 * HTML it is a page for a meeting, with help texts, rules and the entries of short lists.
 */
export function catalogue(schema: Schema, format: 'markdown' | 'html' = 'markdown'): string {
  return format === 'html' ? cataloguePage(schema) : markdown(schema, [...positions(schema)].map(rowOf));
}

function rowOf({ path, edge, parents }: Position): string[] {
  const { element } = edge;
  return [
    path,
    `${'· '.repeat(parents.length)}${element.label}`,
    kindLabel(element),
    multiplicityLabel(edge),
    limitsLabel(element),
    listCell(element),
    basisLabel(edge),
  ];
}

function listCell(element: Group | Field): string {
  const options = element.kind === 'field' ? element.options : undefined;
  if (options === undefined) return '';
  if (options.list !== undefined) return texts.catalogue.list(options.list.versionUri, options.codes.size);
  const codes = [...options.codes].map(([code, name]) => `${code} = ${name}`);
  return codes.length > listedCodes
    ? `${codes.slice(0, listedCodes).join(', ')} … (${codes.length})`
    : codes.join(', ');
}

function markdown(schema: Schema, rows: string[][]): string {
  const escaped = (text: string) => text.replace(/[\\`*_<>|[\]]/g, '\\$&').replace(/\s+/g, ' ');
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const { headings } = texts.catalogue;
  const rule = `|${headings.map(() => ' --- ').join('|')}|`;
  const title = [`# ${escaped(schema.label)}`, '', escaped(schemaLabel(schema)), ''];
  return [...title, line(headings), rule, ...rows.map(line), ''].join('\n');
}
