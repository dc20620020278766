import { kindLabel, limitsLabel, multiplicityLabel } from './labels.js';
import { dataEdges, type Edge, type Field, type Group, positions, type Schema } from './model.js';

/** Longer lists are `string`, not a union of their codes. */
const mostCodes = 50;

const attachment = `/** An attachment that travels apart. */
export interface Attachment {
  attachmentId: string;
  filename: string;
  mimetype: string;
  /** Bytes. */
  size: number;
}
`;

/** TypeScript types of normalised instances: one declaration per group, named by its key. */
export function toTypeScript(schema: Schema): string {
  const groups = new Map<string, Group>();
  for (const { edge } of positions(schema))
    if (edge.element.kind === 'group') groups.set(edge.element.key, edge.element);
  return [
    `/** ${comment(schema.label)} – ${schema.key}, XDatenfelder ${schema.standard}. */`,
    declare(schema),
    ...[...groups.values()].map((group) => `/** ${comment(group.label)} */\n${declare(group)}`),
    attachment,
  ].join('\n');
}

function declare(element: Schema | Group): string {
  const name = nameOf(element.key);
  if (element.kind === 'group' && element.choice) {
    const ways = dataEdges(element).map((edge) => `  | { ${edge.element.id}: ${typeOf(edge)} }`);
    return `export type ${name} =\n${ways.join('\n')};\n`;
  }
  return `export interface ${name} {\n${dataEdges(element).map(member).join('\n')}\n}\n`;
}

function member(edge: Edge): string {
  const { element, min } = edge;
  const about = [element.label, kindLabel(element), multiplicityLabel(edge), limitsLabel(element)];
  const doc = comment(about.filter(Boolean).join('; '));
  return `  /** ${doc} */\n  ${element.id}${min > 0 ? '' : '?'}: ${typeOf(edge)};`;
}

function typeOf({ element, max }: Edge): string {
  const one = element.kind === 'group' ? nameOf(element.key) : fieldType(element);
  return max === 1 ? one : `(${one})[]`;
}

function fieldType({ type, options }: Field): string {
  if (options !== undefined)
    return options.codes.size > mostCodes
      ? 'string'
      : [...options.codes.keys()].map((code) => JSON.stringify(code)).join(' | ');
  if (type === 'bool') return 'boolean';
  if (type === 'num' || type === 'num_int') return 'number';
  return type === 'file' ? 'Attachment' : 'string';
}

const nameOf = (key: string) => key.replace(/[^A-Za-z0-9]/g, '_');
const comment = (text: string) => text.replace(/\s+/g, ' ').replaceAll('*/', '* /');
