import { readFileSync } from 'node:fs';
import { XmlDocument, XmlElement, XsdValidator } from 'libxml2-wasm';
import { referenceIn, type SchemaFile, type SchemaIndex } from './files.js';
import { parsing, serve } from './input.js';

/** What it takes to judge the roots of a schema. */
export interface Compiled {
  validator: XsdValidator;
  /** Namespaces that it imports and that are not here: elements of theirs may pass unseen (`xs:any`, lax). */
  missing: string[];
}

/**
 * Compiles a schema with all that it imports and includes, directly or not; undefined where something that it needs is missing. libxml2 takes a namespace's first
 * import only, and the standards split a namespace over many files: so each namespace is one schema that includes them all.
 */
export function compileSchema(index: SchemaIndex, main: SchemaFile): Compiled | undefined {
  const { groups, missing } = gather(index, main);
  // where files of one namespace say the same twice, one of a name must do, else one of all
  for (const chosen of [groups, groups.map(onePerName), groups.map(first)]) {
    const validator = attempt(index, main, chosen);
    if (validator) return { validator, missing: [...missing, ...groups.flatMap(unseen(chosen))] };
  }
  return undefined;
}

/** Files of one namespace that somebody imports; with the main file, where it is its namespace. */
interface Group {
  namespace: string;
  files: SchemaFile[];
}

const first = ({ namespace, files }: Group): Group => ({ namespace, files: files.slice(0, 1) });
const onePerName = ({ namespace, files }: Group): Group => ({
  namespace,
  files: files.filter(({ name }, n) => files.findIndex((file) => file.name === name) === n),
});
/** The namespace, where an element was left out with a file. */
const unseen =
  (chosen: Group[]) =>
  ({ namespace, files }: Group, n: number): string[] => {
    const seen = chosen[n]!.files.flatMap(({ elements }) => [...elements]);
    return files.some(({ elements }) => [...elements].some((name) => !seen.includes(name))) ? [namespace] : [];
  };

function gather(index: SchemaIndex, main: SchemaFile): { groups: Group[]; missing: string[] } {
  const groups: Group[] = [{ namespace: main.namespace, files: [main] }];
  const missing = new Set<string>();
  const seen = new Set([main]);
  for (const file of seen)
    for (const reference of file.references) {
      const found = index.resolve(file, reference);
      for (const one of found) seen.add(one);
      if (reference.kind === 'include') continue;
      // elements without a namespace are mostly somebody's own
      if (found.length === 0 && reference.namespace !== '') missing.add(reference.namespace);
      for (const one of found) {
        const group = groups.find(({ namespace }) => namespace === one.namespace);
        if (!group) groups.push({ namespace: one.namespace, files: [one] });
        else if (!group.files.some(({ digest }) => digest === one.digest)) group.files.push(one);
      }
    }
  return { groups, missing: [...missing] };
}

function attempt(index: SchemaIndex, main: SchemaFile, groups: Group[]): XsdValidator | undefined {
  const files: SchemaFile[] = [];
  const addressOf = (file: SchemaFile) => {
    if (!files.includes(file)) files.push(file);
    return `${scheme}file/${files.indexOf(file)}`;
  };
  const imported = (namespace: string) =>
    `${scheme}namespace/${groups.findIndex((one) => one.namespace === namespace)}`;

  /** With our addresses instead of its own. */
  function textOf(file: SchemaFile): string {
    using document = XmlDocument.fromBuffer(readFileSync(file.path), { option: parsing });
    for (let node = document.root.firstChild; node; node = node.next) {
      if (!(node instanceof XmlElement)) continue;
      const element = node;
      const reference = referenceIn(element.name, (name) => element.attr(name)?.value);
      if (!reference) continue;
      const [found] = index.resolve(file, reference);
      element.attr('schemaLocation')?.remove();
      if (found)
        element.setAttr('schemaLocation', reference.kind === 'import' ? imported(found.namespace) : addressOf(found));
    }
    return document.toString();
  }

  function read(address: string): string {
    const [, kind, number] = /^stellwerk:(file|namespace)\/(\d+)$/.exec(address) ?? [];
    return kind === 'namespace' ? together(groups[Number(number)]!) : textOf(files[Number(number)]!);
  }

  const together = ({ namespace, files }: Group): string =>
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"${namespace && ` targetNamespace="${escaped(namespace)}"`}>${files
      .map((file) => `<xs:include schemaLocation="${addressOf(file)}"/>`)
      .join('')}</xs:schema>`;

  return serve(read, () => {
    try {
      const url = imported(main.namespace);
      using document = XmlDocument.fromBuffer(Buffer.from(read(url)), { url, option: parsing });
      return XsdValidator.fromDoc(document);
    } catch {
      return undefined;
    }
  });
}

const scheme = 'stellwerk:';
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
