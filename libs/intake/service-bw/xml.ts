import { setImmediate } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import { Problem } from '#problems/problem.js';
import type { Json } from '#submission/vocabulary.js';
import type { Dump, FormField, Known, Limits } from './form.js';
import { tooDeep, tooManyFields, valuesPerField } from './json.js';
import { idOfElement } from './keys.js';
import { demandName, malformed } from './text.js';

interface Element {
  name: string;
  text: string;
  children: Element[];
}

/** Characters read in one go; other requests have their turn in between. */
const stretch = 256 * 1024;

/** Reads the Serviceportal's XML dump: `<serviceportal><metadata/><serviceportal-fields/></serviceportal>`, or `<serviceportal-fields>` alone. */
export async function readXml(text: string, limits: Limits, known: Known): Promise<Dump> {
  const root = await readTree(text, limits);
  const fields = root.name === 'serviceportal' ? child(root, 'serviceportal-fields') : root;
  if (fields?.name !== 'serviceportal-fields')
    throw malformed('Erwartet wird <serviceportal> mit <serviceportal-fields>.');
  const metadata = root === fields ? undefined : child(root, 'metadata');
  return {
    ...(metadata && {
      metadata: Object.fromEntries(metadata.children.map(({ name, text }) => [name, escapedTwice(text)])),
    }),
    fields: readFields(fields, limits, known),
  };
}

function readFields(fields: Element, limits: Limits, known: Known): FormField[] {
  const found = new Map<string, FormField>();
  for (const groupElement of fields.children) {
    const group = idOfElement(groupElement.name, known.groups);
    for (const instanceElement of groupElement.children) {
      const instance = Number(/^instance_(\d{1,4})$/.exec(instanceElement.name)?.[1] ?? Number.NaN);
      if (Number.isNaN(instance)) throw malformed('In jeder Feldgruppe werden <instance_0>, <instance_1> … erwartet.');
      for (const element of instanceElement.children) {
        const field = idOfElement(element.name, known.fields);
        const key = `${group}_${instance}_${field}`;
        if (found.has(key)) throw malformed('Ein Feld kommt doppelt vor.');
        found.set(key, { key, group, instance, field, value: readValue(element) });
        if (found.size > limits.fields) throw tooManyFields(limits);
      }
    }
  }
  return [...found.values()];
}

/** Text, a list (`<selectedValue>`), or what else has named parts: a file, a map. */
function readValue({ text, children }: Element): Json {
  if (!children.length) return text;
  if (children.every(({ name }) => name === 'selectedValue')) {
    return children.map((entry) => (entry.children.length ? readValue(entry) : escapedTwice(entry.text)));
  }
  const parts = Object.fromEntries(
    children.map((part) => [part.name, part.children.length ? readValue(part) : escapedTwice(part.text)]),
  );
  const { base64Data, ...others } = parts;
  if (base64Data === undefined) return others;
  if (typeof base64Data !== 'string') throw malformed('<base64Data> enthält keinen Text.');
  return { ...others, fileAsBase64: base64Data.replace(/[\n\t ]+/g, '') };
}

/** The Serviceportal's dumper escapes list entries, file names and metadata twice. */
function escapedTwice(text: string): string {
  return text.includes('&')
    ? text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: keyof typeof entities) => entities[name])
    : text;
}
const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function child(element: Element, name: string): Element | undefined {
  return element.children.find((found) => found.name === name);
}

/**
 * Well-formed XML 1.0 as a tree, attributes left out. Stops at the limits, at a DOCTYPE and at every entity that XML itself does not define.
 * A sixth handler would make the parser five times slower: its object has then more properties than V8 keeps in a fast shape.
 */
async function readTree(text: string, limits: Limits): Promise<Element> {
  refuseDoctype(text);
  countMarkup(text, limits);
  const open: Element[] = [{ name: '', text: '', children: [] }];
  const root = open[0]!.children;
  let names = 0;
  const count = (name: string) => {
    demandName(name);
    if (++names > limits.fields * valuesPerField) throw tooManyFields(limits);
  };
  const add = (piece: string) => {
    open.at(-1)!.text += piece;
  };
  const parser = new SaxesParser();
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('attribute', ({ name }) => count(name));
  parser.on('opentagstart', ({ name }) => {
    count(name);
    const element = { name, text: '', children: [] };
    open.at(-1)!.children.push(element);
    if (open.push(element) - 1 > limits.depth) throw tooDeep(limits);
  });
  parser.on('closetag', () => open.pop());
  await feed(parser, text);
  return root[0]!;
}

/** A DOCTYPE stands before the first element, behind comments and instructions at most. The parser would first read all of it. */
function refuseDoctype(text: string): void {
  const ends: Record<string, string> = { '<?': '?>', '<!-': '-->' };
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    if (text.startsWith('<!D', at)) throw malformed('Eine DOCTYPE-Angabe wird nicht angenommen.');
    const end = Object.entries(ends).find(([start]) => text.startsWith(start, at))?.[1];
    if (!end) return;
    at = text.indexOf(end, at + 2);
    if (at === -1) return;
  }
}

/** Tags, comments, CDATA sections and references are what costs; a form has few of them. */
function countMarkup(text: string, limits: Limits): void {
  let left = 3 * limits.fields * valuesPerField;
  for (const sign of ['<', '&']) {
    for (let at = text.indexOf(sign); at !== -1; at = text.indexOf(sign, at + 1)) {
      if (left-- === 0) throw tooManyFields(limits);
    }
  }
}

async function feed(parser: SaxesParser, text: string): Promise<void> {
  try {
    for (let at = 0; at < text.length; at += stretch) {
      if (at) await setImmediate();
      parser.write(text.slice(at, at + stretch));
    }
    if (!/^(utf-?8)?$/i.test(parser.xmlDecl.encoding ?? '')) throw malformed('Texte werden nur in UTF-8 angenommen.');
    parser.close();
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw malformed(`Das XML ist nicht wohlgeformt (Zeile ${parser.line}).`);
  }
}
