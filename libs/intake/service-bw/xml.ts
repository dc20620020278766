import { setImmediate } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import { Problem } from '#problems/problem.js';
import type { Json } from '#submission/vocabulary.js';
import { texts } from '../texts.js';
import type { Dump, FormField, Known, Limits } from './form.js';
import { tooDeep, tooManyFields, valuesPerField } from './json.js';
import { idOfElement } from './keys.js';
import { demandName, malformed } from './text.js';

interface Element {
  name: string;
  text: string;
  children: Element[];
}

/** Characters parsed in one go; other requests are served in between. */
const chunkLength = 256 * 1024;

/**
 * Reads the Serviceportal's XML dump: `<serviceportal><metadata/><serviceportal-fields/></serviceportal>`, or
 * `<serviceportal-fields>` alone.
 */
export async function readXml(text: string, limits: Limits, known: Known): Promise<Dump> {
  const root = await readTree(text, limits);
  const fields = root.name === 'serviceportal' ? child(root, 'serviceportal-fields') : root;
  if (fields?.name !== 'serviceportal-fields') throw malformed(texts.xml.wrongRoot);
  const metadata = root === fields ? undefined : child(root, 'metadata');
  return {
    ...(metadata && {
      metadata: Object.fromEntries(metadata.children.map(({ name, text }) => [name, unescapeAgain(text)])),
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
      if (Number.isNaN(instance)) throw malformed(texts.xml.noInstance);
      for (const element of instanceElement.children) {
        const field = idOfElement(element.name, known.fields);
        const key = `${group}_${instance}_${field}`;
        if (found.has(key)) throw malformed(texts.form.doubledField);
        found.set(key, { key, group, instance, field, value: readValue(element) });
        if (found.size > limits.fields) throw tooManyFields(limits);
      }
    }
  }
  return [...found.values()];
}

/** A text, a list (`<selectedValue>`), or an element with named parts: a file, a map. */
function readValue({ text, children }: Element): Json {
  if (!children.length) return text;
  if (children.every(({ name }) => name === 'selectedValue')) {
    return children.map((entry) => (entry.children.length ? readValue(entry) : unescapeAgain(entry.text)));
  }
  const parts = Object.fromEntries(
    children.map((part) => [part.name, part.children.length ? readValue(part) : unescapeAgain(part.text)]),
  );
  const { base64Data, ...others } = parts;
  if (base64Data === undefined) return others;
  if (typeof base64Data !== 'string') throw malformed(texts.xml.base64NoText);
  return { ...others, fileAsBase64: base64Data.replace(/[\n\t ]+/g, '') };
}

/** Undoes the second escaping: the Serviceportal escapes list entries, file names and metadata twice. */
function unescapeAgain(text: string): string {
  return text.includes('&')
    ? text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: keyof typeof entities) => entities[name])
    : text;
}
const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function child(element: Element, name: string): Element | undefined {
  return element.children.find((found) => found.name === name);
}

/**
 * Well-formed XML 1.0 as a tree without attributes. Throws at the limits, at a DOCTYPE and at every entity that XML
 * itself does not define. Do not add a sixth handler: the parser object would then have more properties than V8 keeps
 * in a fast shape, and would be five times slower.
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

/**
 * Looks for a DOCTYPE before the first element, behind comments and processing instructions: the parser would read all
 * of it first.
 */
function refuseDoctype(text: string): void {
  const ends: Record<string, string> = { '<?': '?>', '<!-': '-->' };
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    if (text.startsWith('<!D', at)) throw malformed(texts.xml.doctype);
    const end = Object.entries(ends).find(([start]) => text.startsWith(start, at))?.[1];
    if (!end) return;
    at = text.indexOf(end, at + 2);
    if (at === -1) return;
  }
}

/** Bounds the tags, comments, CDATA sections and references: these are expensive, and a form has few of them. */
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
    for (let at = 0; at < text.length; at += chunkLength) {
      if (at) await setImmediate();
      parser.write(text.slice(at, at + chunkLength));
    }
    if (!/^(utf-?8)?$/i.test(parser.xmlDecl.encoding ?? '')) throw malformed(texts.media.onlyUtf8);
    parser.close();
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw malformed(texts.xml.notWellFormed(parser.line));
  }
}
