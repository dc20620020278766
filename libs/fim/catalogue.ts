import { kindLabel, limitsLabel, multiplicityLabel } from './labels.js';
import { type Field, type Group, type Position, positions, type Reference, type Schema } from './model.js';
import { texts } from './texts/report.js';

/** How many codes of a list are written out. */
const listedCodes = 12;

/** Field catalogue of a schema: every position with what is asked, how often, in which limits, on what legal basis. */
export function catalogue(schema: Schema, format: 'markdown' | 'html' = 'markdown'): string {
  const rows = [...positions(schema)].map(rowOf);
  return format === 'html' ? html(schema, rows) : markdown(schema, rows);
}

function rowOf({ path, edge, parents }: Position): string[] {
  const { element } = edge;
  const basis = [...edge.references, ...element.references].map(inOneLine);
  return [
    path,
    `${'· '.repeat(parents.length)}${element.label}`,
    kindLabel(element),
    multiplicityLabel(edge),
    limitsLabel(element),
    listCell(element),
    [...new Set(basis)].join('; '),
  ];
}

const inOneLine = ({ text }: Reference) => text.replace(/\s*\n\s*/g, '; ');

function listCell(element: Group | Field): string {
  const options = element.kind === 'field' ? element.options : undefined;
  if (options === undefined) return '';
  if (options.list !== undefined) return texts.catalogue.list(options.list.versionUri, options.codes.size);
  const codes = [...options.codes].map(([code, name]) => `${code} = ${name}`);
  return codes.length > listedCodes
    ? `${codes.slice(0, listedCodes).join(', ')} … (${codes.length})`
    : codes.join(', ');
}

const subtitle = ({ key, standard, validFrom, validTo }: Schema) =>
  [
    key,
    texts.catalogue.standard(standard),
    validFrom && texts.catalogue.validFrom(validFrom),
    validTo && texts.catalogue.validTo(validTo),
  ]
    .filter(Boolean)
    .join(', ');

function markdown(schema: Schema, rows: string[][]): string {
  const escaped = (text: string) => text.replace(/[\\`*_<>|[\]]/g, '\\$&').replace(/\s+/g, ' ');
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`;
  const { headings } = texts.catalogue;
  const rule = `|${headings.map(() => ' --- ').join('|')}|`;
  const title = [`# ${escaped(schema.label)}`, '', escaped(subtitle(schema)), ''];
  return [...title, line(headings), rule, ...rows.map(line), ''].join('\n');
}

function html(schema: Schema, rows: string[][]): string {
  const escaped = (text: string) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
  const row = (cells: readonly string[], tag: 'td' | 'th') =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return [
    `<!doctype html><html lang="de"><meta charset="utf-8"><title>${escaped(schema.label)}</title>`,
    `<h1>${escaped(schema.label)}</h1><p>${escaped(subtitle(schema))}</p>`,
    `<table><thead>${row(texts.catalogue.headings, 'th')}</thead><tbody>`,
    ...rows.map((cells) => row(cells, 'td')),
    '</tbody></table></html>',
    '',
  ].join('\n');
}
