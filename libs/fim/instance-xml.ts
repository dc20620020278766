import { isJsonObject, type Json, type JsonObject } from './json.js';
import { dataEdge, dataEdges, type Field, type Group, type Parent, type Schema } from './model.js';
import { parseXml, type XmlNode } from './reading/xml-tree.js';
import { texts } from './texts/findings.js';
import { Unreadable } from './unreadable.js';

/**
 * Instances as XML: elements named by bare ids, in the schema's order, repeated positions as repeated elements. The
 * root is named by the schema's id and carries its version. It is no XFall document: that namespace is not public.
 *
 * @param instance valid and normalised
 */
export function encodeXml(schema: Schema, instance: JsonObject): string {
  const { id, version } = schema;
  const attribute = version === undefined ? '' : ` version="${version}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${id}${attribute}>${encodeMembers(schema, instance)}</${id}>\n`;
}

function encodeMembers(parent: Parent, value: JsonObject): string {
  return dataEdges(parent)
    .flatMap(({ element }) => {
      const found = value[element.id];
      const items = found === undefined ? [] : Array.isArray(found) ? found : [found];
      return items.map((item) => `<${element.id}>${encodeValue(element, item)}</${element.id}>`);
    })
    .join('');
}

function encodeValue(element: Group | Field, value: Json): string {
  if (!isJsonObject(value)) return escapeText(String(value));
  if (element.kind === 'group') return encodeMembers(element, value);
  return Object.entries(value)
    .map(([name, part]) => `<${name}>${escapeText(String(part))}</${name}>`)
    .join('');
}

const escapeText = (text: string) => text.replace(/[&<>\r]/g, (char) => `&#${char.charCodeAt(0)};`);

const limits = { bytes: 4_000_000, elements: 100_000 };

/**
 * Reads such XML. Values stay texts – `validate` gives them their types – and what has no place in the schema is kept,
 * so that `validate` can refuse it.
 * @throws Unreadable with a German sentence when it is no XML or another schema's
 */
export function decodeXml(schema: Schema, xml: string | Uint8Array): JsonObject {
  const root = parseXml(xml, limits);
  if (root.name !== schema.id) throw new Unreadable('root', texts.xml.otherRoot(schema.id));
  return decodeMembers(schema, root);
}

function decodeMembers(parent: Parent, node: XmlNode): JsonObject {
  const result = new Map<string, Json>();
  for (const child of node.children) {
    const edge = dataEdge(parent, child.name);
    const value = edge === undefined ? child.text : decodeValue(edge.element, child);
    const before = result.get(child.name);
    if (Array.isArray(before)) before.push(value);
    else if (before !== undefined) result.set(child.name, [before, value]);
    else result.set(child.name, edge !== undefined && edge.max > 1 ? [value] : value);
  }
  return Object.fromEntries(result);
}

function decodeValue(element: Group | Field, node: XmlNode): Json {
  if (element.kind === 'group') return decodeMembers(element, node);
  if (element.type !== 'file' || node.children.length === 0) return node.text;
  return Object.fromEntries(node.children.map(({ name, text }) => [name, name === 'size' ? Number(text) : text]));
}
