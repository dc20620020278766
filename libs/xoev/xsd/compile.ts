import { readFileSync } from 'node:fs';
import { XmlDocument, XmlElement, XsdValidator } from 'libxml2-wasm';
import { parseOption, scheme, withFiles } from './libxml.js';
import { referenceIn, type SchemaFile } from './schema-file.js';
import type { SchemaIndex } from './schema-index.js';

/** A schema that can judge its roots. */
export interface Compiled {
  validator: XsdValidator;
  /** Namespaces that it imports and that are not here: elements of theirs may pass unseen (`xs:any`, lax). */
  missing: string[];
}

/**
 * Compiles a schema with all that it imports and includes, directly or not; undefined where something that it needs is
 * missing. libxml2 takes a namespace's first import only, and the standards split a namespace over many files: so
 * libxml2 gets one schema for each namespace, which includes all files of it.
 */
export function compileSchema(index: SchemaIndex, main: SchemaFile): Compiled | undefined {
  const { groups, missing } = gather(index, main);
  // where files of one namespace declare the same twice, one file of each name must do, else one file in all
  for (const chosen of [groups, groups.map(onePerName), groups.map(first)]) {
    const validator = compileGroups(index, main, chosen);
    if (validator) return { validator, missing: [...missing, ...leftOut(groups, chosen)] };
  }
  return undefined;
}

/** Files of one namespace that somebody imports; with the main file, where it is its namespace. */
interface Group {
  namespace: string;
  files: SchemaFile[];
}

function gather(index: SchemaIndex, main: SchemaFile): { groups: Group[]; missing: string[] } {
  const groups: Group[] = [{ namespace: main.namespace, files: [main] }];
  const missing = new Set<string>();
  const seen = new Set([main]);
  // the set grows while it is walked
  for (const file of seen)
    for (const reference of file.references) {
      const found = index.resolve(file, reference);
      for (const one of found) seen.add(one);
      if (reference.kind === 'include') continue;
      // elements without a namespace are mostly somebody's own
      if (found.length === 0 && reference.namespace !== '') missing.add(reference.namespace);
      for (const one of found) addTo(groups, one);
    }
  return { groups, missing: [...missing] };
}

/** Leaves out copies of a file that is there already. */
function addTo(groups: Group[], file: SchemaFile): void {
  const group = groups.find(({ namespace }) => namespace === file.namespace);
  if (!group) groups.push({ namespace: file.namespace, files: [file] });
  else if (!group.files.some(({ digest }) => digest === file.digest)) group.files.push(file);
}

const first = ({ namespace, files }: Group): Group => ({ namespace, files: files.slice(0, 1) });
const onePerName = ({ namespace, files }: Group): Group => ({
  namespace,
  files: files.filter(({ name }, n) => files.findIndex((file) => file.name === name) === n),
});

/** Namespaces of which an element was left out with its file. */
function leftOut(groups: Group[], chosen: Group[]): string[] {
  const elementsOf = ({ files }: Group) => files.flatMap(({ elements }) => [...elements]);
  return groups
    .filter((group, n) => {
      const kept = elementsOf(chosen[n]!);
      return elementsOf(group).some((name) => !kept.includes(name));
    })
    .map(({ namespace }) => namespace);
}

function compileGroups(index: SchemaIndex, main: SchemaFile, groups: Group[]): XsdValidator | undefined {
  const files: SchemaFile[] = [];
  const fileAddress = (file: SchemaFile) => {
    if (!files.includes(file)) files.push(file);
    return `${scheme}file/${files.indexOf(file)}`;
  };
  const namespaceAddress = (namespace: string) =>
    `${scheme}namespace/${groups.findIndex((one) => one.namespace === namespace)}`;

  function read(address: string): string {
    const [, kind, number] = /^stellwerk:(file|namespace)\/(\d+)$/.exec(address) ?? [];
    if (kind === 'namespace') return schemaOf(groups[Number(number)]!, fileAddress);
    const file = files[Number(number)]!;
    return readdressed(file, (name, attribute) => {
      const reference = referenceIn(name, attribute);
      const [found] = reference ? index.resolve(file, reference) : [];
      const address = found && (reference?.kind === 'import' ? namespaceAddress(found.namespace) : fileAddress(found));
      return reference && { address };
    });
  }

  return withFiles(read, () => {
    try {
      const url = namespaceAddress(main.namespace);
      using document = XmlDocument.fromBuffer(Buffer.from(read(url)), { url, option: parseOption });
      return XsdValidator.fromDoc(document);
    } catch {
      return undefined;
    }
  });
}

/**
 * Returns the text of the file, with other addresses in its references.
 * @param addressFor returns undefined for an element that refers to nothing, and no `address` if the file is not here
 */
function readdressed(
  { path }: SchemaFile,
  addressFor: (
    element: string,
    attribute: (name: string) => string | undefined,
  ) => { address: string | undefined } | undefined,
): string {
  using document = XmlDocument.fromBuffer(readFileSync(path), { option: parseOption });
  for (let node = document.root.firstChild; node; node = node.next) {
    if (!(node instanceof XmlElement)) continue;
    const element = node;
    const reference = addressFor(element.name, (name) => element.attr(name)?.value);
    if (!reference) continue;
    element.attr('schemaLocation')?.remove();
    if (reference.address) element.setAttr('schemaLocation', reference.address);
  }
  return document.toString();
}

/** Writes a schema that includes all files of a namespace. */
function schemaOf({ namespace, files }: Group, addressOf: (file: SchemaFile) => string): string {
  const target = namespace && ` targetNamespace="${escaped(namespace)}"`;
  const includes = files.map((file) => `<xs:include schemaLocation="${addressOf(file)}"/>`).join('');
  return `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"${target}>${includes}</xs:schema>`;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
