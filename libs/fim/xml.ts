import { dataEdges, type Edge, type Field, type Group, type Json, type JsonObject, type Schema } from './model.js';
import { type Node, parseTree } from './reading/tree.js';

/**
 * Instances as XML: elements named by bare ids, in the schema's order, repeated positions as repeated elements. The
 * root is named by the schema's id and carries its version. It is no XFall document: that namespace is not public.
 */
export function encodeXml(schema: Schema, instance: JsonObject): string {
  const version = schema.version === undefined ? '' : ` version="${schema.version}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${schema.id}${version}>${encodeGroup(schema, instance)}</${schema.id}>\n`;
}

function encodeGroup(group: { edges: Edge[] }, value: JsonObject): string {
  return dataEdges(group)
    .flatMap(({ element }) => {
      const found = value[element.id];
      const items = found === undefined ? [] : Array.isArray(found) ? found : [found];
      return items.map((item) => `<${element.id}>${encodeValue(element, item)}</${element.id}>`);
    })
    .join('');
}

function encodeValue(element: Group | Field, value: Json): string {
  if (element.kind === 'group') return encodeGroup(element, value as JsonObject);
  if (element.type !== 'file') return escapeText(String(value));
  return Object.entries(value as JsonObject)
    .map(([name, part]) => `<${name}>${escapeText(String(part))}</${name}>`)
    .join('');
}

const escapeText = (text: string) => text.replace(/[&<>\r]/g, (char) => `&#${char.charCodeAt(0)};`);

const limits = { size: 4_000_000, count: 100_000 };

/**
 * Reads such XML. Values stay texts – `validate` gives them their types – and what has no place in the schema is kept,
 * so that `validate` can refuse it.
 * @throws Error with a German sentence when it is no XML or another schema's
 */
export function decodeXml(schema: Schema, xml: string | Uint8Array): JsonObject {
  const root = parseTree(xml, limits);
  if (root.name !== schema.id) throw new Error(`Das Wurzelelement muss ${schema.id} heißen.`);
  return decodeGroup(schema, root);
}

function decodeGroup(group: { edges: Edge[] }, node: Node): JsonObject {
  const edges = new Map(dataEdges(group).map((edge) => [edge.element.id, edge]));
  const result: JsonObject = Object.create(null);
  for (const child of node.children) {
    const edge = edges.get(child.name);
    const value = edge === undefined ? child.text : decodeValue(edge.element, child);
    const before = result[child.name];
    if (Array.isArray(before)) before.push(value);
    else if (before !== undefined) result[child.name] = [before, value];
    else result[child.name] = edge !== undefined && edge.max > 1 ? [value] : value;
  }
  return { ...result };
}

function decodeValue(element: Group | Field, node: Node): Json {
  if (element.kind === 'group') return decodeGroup(element, node);
  if (element.type !== 'file' || node.children.length === 0) return node.text;
  return Object.fromEntries(node.children.map(({ name, text }) => [name, name === 'size' ? Number(text) : text]));
}
