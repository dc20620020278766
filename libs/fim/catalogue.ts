import { type Field, type Group, type Position, positions, type Reference, type Schema } from './model.js';
import { kindName, limitsOf, multiplicity } from './written.js';

const headings = ['Stelle', 'Bezeichnung', 'Art', 'Anzahl', 'Grenzen', 'Liste', 'Handlungsgrundlage'];
const shortList = 12;

/** Field catalogue of a schema: every position with what is asked, how often, in which limits, on what legal basis. */
export function catalogue(schema: Schema, format: 'markdown' | 'html' = 'markdown'): string {
  const rows = [...positions(schema)].map(rowOf);
  return format === 'html' ? html(schema, rows) : markdown(schema, rows);
}

function rowOf({ path, edge, parents }: Position): string[] {
  const { element } = edge;
  const basis = [...edge.references, ...element.references].map(cite);
  return [
    path,
    `${'· '.repeat(parents.length)}${element.label}`,
    kindName(element),
    multiplicity(edge),
    limitsOf(element),
    listOf(element),
    [...new Set(basis)].join('; '),
  ];
}

const cite = ({ text }: Reference) => text.replace(/\s*\n\s*/g, '; ');

function listOf(element: Group | Field): string {
  const options = element.kind === 'field' ? element.options : undefined;
  if (options === undefined) return '';
  if (options.list !== undefined) return `${options.list.versionUri} (${options.codes.size} Einträge)`;
  const entries = [...options.codes].map(([code, name]) => `${code} = ${name}`);
  return entries.length > shortList
    ? `${entries.slice(0, shortList).join(', ')} … (${entries.length})`
    : entries.join(', ');
}

const subtitle = ({ key, standard, validFrom, validTo }: Schema) =>
  [key, `XDatenfelder ${standard}`, validFrom && `gültig ab ${validFrom}`, validTo && `gültig bis ${validTo}`]
    .filter(Boolean)
    .join(', ');

function markdown(schema: Schema, rows: string[][]): string {
  const cell = (text: string) => text.replace(/[\\`*_<>|[\]]/g, '\\$&').replace(/\s+/g, ' ');
  const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`;
  const rule = `|${headings.map(() => ' --- ').join('|')}|`;
  return [`# ${cell(schema.label)}`, '', cell(subtitle(schema)), '', line(headings), rule, ...rows.map(line), ''].join(
    '\n',
  );
}

function html(schema: Schema, rows: string[][]): string {
  const text = (raw: string) => raw.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
  const row = (cells: string[], tag: 'td' | 'th') =>
    `<tr>${cells.map((cell) => `<${tag}>${text(cell)}</${tag}>`).join('')}</tr>`;
  return [
    `<!doctype html><html lang="de"><meta charset="utf-8"><title>${text(schema.label)}</title>`,
    `<h1>${text(schema.label)}</h1><p>${text(subtitle(schema))}</p>`,
    `<table><thead>${row(headings, 'th')}</thead><tbody>`,
    ...rows.map((cells) => row(cells, 'td')),
    '</tbody></table></html>',
    '',
  ].join('\n');
}
