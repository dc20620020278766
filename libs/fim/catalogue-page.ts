import { basisLabel, kindLabel, limitsLabel, schemaLabel } from './labels.js';
import { carriesData, type Field, type Options, type Position, positions, type Rule, type Schema } from './model.js';
import { judgementOf, type RuleOwner, ruleOwners } from './rules/paths.js';
import { texts } from './texts/report.js';

const words = texts.catalogue.page;

/** Entries of a list that are written out. */
const shortList = 40;

/** The field catalogue as one HTML page that needs nothing else, for the screen and for paper (A4, landscape). */
export function cataloguePage(schema: Schema): string {
  const all = [...positions(schema)];
  const owners = [...ruleOwners(schema)];
  const fields = all.filter(({ edge }) => edge.element.kind === 'field' && carriesData(edge.element));
  const lists = shortListsOf(fields);
  const mandatory = fields.filter(({ edge }) => edge.min > 0).length;
  const rules = owners.reduce((sum, owner) => sum + owner.rules.length, 0);
  return [
    `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>${escaped(schema.label)}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<style>${style}</style></head><body>`,
    `<h1>${escaped(schema.label)}</h1><p>${escaped(schemaLabel(schema))}</p>`,
    textOf(schema.help ?? schema.description),
    `<p>${escaped(words.intro(fields.length, mandatory, rules))}</p>`,
    schema.addedRules === undefined ? '' : `<p>${escaped(words.addedRules(schema.addedRules.version))}</p>`,
    `<h2>${words.fields}</h2><table><thead><tr>`,
    ...words.headings.map((heading) => `<th scope="col">${escaped(heading)}</th>`),
    '</tr></thead><tbody>',
    ...all.map((position) => rowOf(position, lists)),
    '</tbody></table>',
    `<h2>${words.rules}</h2>`,
    rules === 0 ? `<p>${words.noRules}</p>` : `<dl>${owners.map((owner) => rulesOf(schema, owner)).join('')}</dl>`,
    listsText(lists),
    '</body></html>',
    '',
  ].join('\n');
}

function rowOf({ path, edge, parents }: Position, lists: ShortLists): string {
  const { element } = edge;
  const { length: depth } = parents;
  const kind = element.kind === 'group' ? 'group' : carriesData(element) ? 'field' : 'label';
  const what = [
    element.kind === 'group' && element.choice ? words.choice : kindLabel(element),
    kind === 'label' ? '' : edge.min > 0 ? words.mandatory : words.optional,
    edge.max > 1 ? words.times(edge.min, edge.max) : '',
    limitsLabel(element),
  ];
  const list = element.kind === 'field' ? listNote(element, lists) : '';
  return (
    `<tr class="${kind}" id="${escaped(path)}"><th scope="row" style="padding-left:${0.5 + depth * 1.25}em">` +
    `${escaped(element.label)}<small>${escaped(element.id)}</small>${textOf(element.help)}</th>` +
    `<td>${escaped(what.filter(Boolean).join(', '))}${list}</td><td>${escaped(basisLabel(edge))}</td></tr>`
  );
}

/** A short list has its entries at the end of the page, a long one its name here. */
function listNote({ options }: Field, lists: ShortLists): string {
  if (options === undefined) return '';
  const { codes, list } = options;
  const size = escaped(words.seeList(codes.size));
  const short = lists.get(codes);
  const link = short === undefined ? size : `<a href="#${short.id}">${size}</a>`;
  return `<br>${link}${list === undefined ? '' : `<small>${escaped(list.versionUri)}</small>`}`;
}

function rulesOf(schema: Schema, owner: RuleOwner): string {
  const place = owner.path === '' ? words.whole : owner.element.label;
  return owner.rules
    .map((rule) => {
      const checked = rule.added === undefined ? words.checked : words.checkedBy(rule.added);
      const note = `${rule.id}, ${isChecked(schema, owner, rule) ? checked : words.unchecked}`;
      return (
        `<dt>${escaped(place)}<small>${escaped(note)}</small></dt>` +
        `<dd>${escaped(rule.text)}${messagesOf(rule)}</dd>`
      );
    })
    .join('\n');
}

const isChecked = (schema: Schema, owner: RuleOwner, { statements = [], refused = [] }: Rule): boolean =>
  statements.length > 0 &&
  refused.length === 0 &&
  statements.every((statement) => typeof judgementOf(schema, owner, statement) !== 'string');

const messagesOf = ({ statements = [] }: Rule): string =>
  [...new Set(statements.map(({ message }) => message))]
    .map((message) => `<small>${escaped(words.message(message))}</small>`)
    .join('');

/** A list that is written out, and the fields that use it. */
interface ShortList {
  id: string;
  codes: Options['codes'];
  labels: Set<string>;
}
type ShortLists = Map<Options['codes'], ShortList>;

function shortListsOf(fields: Position[]): ShortLists {
  const lists: ShortLists = new Map();
  for (const { edge } of fields) {
    const { element } = edge;
    const codes = element.kind === 'field' ? element.options?.codes : undefined;
    if (codes === undefined || codes.size > shortList) continue;
    const list = lists.get(codes) ?? { id: `liste-${lists.size + 1}`, codes, labels: new Set() };
    list.labels.add(element.label);
    lists.set(codes, list);
  }
  return lists;
}

function listsText(lists: ShortLists): string {
  if (lists.size === 0) return '';
  const entries = (codes: Options['codes']) =>
    [...codes].map(([code, name]) => `<li><b>${escaped(code)}</b> ${escaped(name)}</li>`).join('');
  const sections = [...lists.values()].map(
    ({ id, codes, labels }) =>
      `<section id="${id}"><h3>${escaped([...labels].join(', '))}</h3><ul>${entries(codes)}</ul></section>`,
  );
  return `<h2>${words.lists}</h2><p>${words.longLists}</p><div class="lists">${sections.join('\n')}</div>`;
}

const textOf = (text: string | undefined) => (text === undefined ? '' : `<p>${escaped(text)}</p>`);
const escaped = (text: string) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const style = `
@page { size: A4 landscape; margin: 14mm }
body { font: 15px/1.45 system-ui, sans-serif; color: #1c1c1c; max-width: 76em; margin: 2em auto; padding: 0 1.5em }
h1 { font-size: 1.7em; margin: 0 } h2 { font-size: 1.25em; margin: 2em 0 .5em }
h3 { font-size: 1em; margin: 0 0 .25em }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
th, td { text-align: left; vertical-align: top; padding: .45em .5em; border-bottom: 1px solid #c8c8c8;
  overflow-wrap: anywhere; font-weight: normal }
thead th { font-weight: 600; border-bottom: 2px solid #1c1c1c; width: 34% } thead th:first-child { width: 40% }
thead { display: table-header-group } tr, section, dd { break-inside: avoid }
.group th { font-weight: 600 } .group { background: #f1f3f5 } .label { color: #555; font-style: italic }
th p { margin: .2em 0 0; font-weight: normal; color: #444; font-size: .92em }
small { display: block; color: #595959; font-size: .82em; font-weight: normal }
dt { font-weight: 600; margin-top: .9em } dd { margin: .15em 0 0 1.25em }
.lists { columns: 22em; column-gap: 2em } section { margin-bottom: 1.2em }
ul { list-style: none; margin: 0; padding: 0 }
li b { display: inline-block; min-width: 3.2em; font-weight: 600 }
a { color: #0a4d8c }
@media print { body { font-size: 9.5pt; margin: 0; max-width: none; padding: 0 }
  a { color: inherit; text-decoration: none } }
@media (max-width: 40em) { table, tbody, tr, td, th { display: block; width: auto !important } thead { display: none }
  th, td { border: 0; padding: .2em .5em } tr { border-bottom: 1px solid #c8c8c8; padding: .4em 0 } }
`;
