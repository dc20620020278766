import { statSync } from 'node:fs';
import { relative } from 'node:path';
import type { ErrorDetail } from 'libxml2-wasm';
import { ParseOption, XmlDocument, XmlParseError, XmlValidateError } from 'libxml2-wasm';
import { faultsOf } from '../faults.js';
import { type Declaring, indexOf, type SchemaFile, type SchemaIndex } from './files.js';
import { parsing } from './input.js';
import type { Validation, XmlSchemas } from './schemas.js';
import { type Compiled, compileSchema } from './set.js';

/** Bytes a message may have; attachments travel beside it. */
const largest = 20 * 1024 * 1024;

const opened = new Map<string, XmlSchemas>();

/**
 * The schemas of XÖV standards below a folder: read at the first question that finds some, each compiled once for all callers of this process. Imports are found below the
 * folder: nothing is fetched. Without schemas nothing is checked.
 */
export function openSchemas(folder: string | undefined): XmlSchemas {
  if (!folder) return without('XOEV_SCHEMAS nennt keinen Ordner mit Schemas.');
  const known = opened.get(folder) ?? below(folder);
  opened.set(folder, known);
  return known;
}

const without = (reason: string): XmlSchemas => ({
  knows: () => false,
  validate: () => ({ kind: 'unchecked', reason }),
});

function below(folder: string): XmlSchemas {
  let read: SchemaIndex | undefined;
  const compiled = new Map<SchemaFile, Compiled | undefined>();
  const judges = new WeakMap<Declaring, Judge[]>();
  const index = () => {
    if (!read?.size) read = indexOf(folder);
    return read;
  };

  function compile(file: SchemaFile): Compiled | undefined {
    if (!compiled.has(file)) compiled.set(file, compileSchema(index(), file));
    return compiled.get(file);
  }

  /** Every whole schema of the root, else the first part that will do: those that compile. */
  function judgesOf(declaring: Declaring): Judge[] {
    const pair = (file: SchemaFile): Judge[] => {
      const made = compile(file);
      return made ? [{ file, ...made }] : [];
    };
    const known = judges.get(declaring);
    if (known) return known;
    let found = distinct(declaring.whole).flatMap(pair);
    for (const file of declaring.all) if (found.length === 0) found = pair(file);
    judges.set(declaring, found);
    return found;
  }

  return {
    knows: (namespace) => index().inNamespace(namespace).some(compile),

    validate(xml) {
      if (xml.length > largest) return { kind: 'invalid', schema: '', faults: ['Die Nachricht ist zu groß.'] };
      const parsed = parse(xml);
      if (!(parsed instanceof XmlDocument)) return { kind: 'invalid', schema: '', faults: [parsed.fault] };
      try {
        if (index().size === 0) return { kind: 'unchecked', reason: nothingIn(folder) };
        const { name, namespaceUri } = parsed.root;
        const files = index().declaring(namespaceUri, name);
        const [some] = files.all;
        if (!some) return { kind: 'unchecked', reason: 'Zu dieser Nachricht liegt in XOEV_SCHEMAS kein Schema.' };
        const asked = judgesOf(files);
        if (asked.length === 0) return { kind: 'unchecked', reason: `Das Schema ${some.name} ist unvollständig.` };
        return agreed(asked, parsed, folder);
      } finally {
        parsed.dispose();
      }
    },
  };
}

interface Judge extends Compiled {
  file: SchemaFile;
}

/** Copies of a schema are one. */
function distinct(files: SchemaFile[]): SchemaFile[] {
  return files.filter(({ digest }, n) => files.findIndex((file) => file.digest === digest) === n);
}

/** Where a root has several schemas, it is as they all say, or nobody knows. */
function agreed(judges: Judge[], document: XmlDocument, folder: string): Validation {
  const verdicts = judges.map((judge) => checked(judge, document));
  if (verdicts.every(({ kind }) => kind === verdicts[0]!.kind)) return verdicts[0]!;
  const names = judges.map(({ file }) => relative(folder, file.path)).join(' und ');
  return { kind: 'unchecked', reason: `Für diese Nachricht liegen verschiedene Schemas vor: ${names}.` };
}

function checked({ validator, missing, file: { name: schema } }: Judge, document: XmlDocument): Validation {
  try {
    validator.validate(document);
  } catch (error) {
    if (!(error instanceof XmlValidateError)) throw error;
    return { kind: 'invalid', schema, faults: faultsOf(error.details) };
  }
  const unseen = missing.find((namespace) => uses(document, namespace));
  if (unseen === undefined) return { kind: 'valid', schema };
  return { kind: 'unchecked', reason: `Zum Namensraum ${unseen} liegt kein Schema vor.` };
}

const uses = (document: XmlDocument, namespace: string): boolean => {
  const literal = namespace.includes('"') ? `'${namespace}'` : `"${namespace}"`;
  return document.find(`//*[namespace-uri()=${literal}] | //@*[namespace-uri()=${literal}]`).length > 0;
};

function nothingIn(folder: string): string {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    ? 'In dem Ordner, den XOEV_SCHEMAS nennt, liegt kein Schema.'
    : 'Den Ordner, den XOEV_SCHEMAS nennt, gibt es nicht.';
}

/** UTF-8 without a DTD: entities cannot be declared, and no other encoding can hide one. */
function parse(xml: Uint8Array): XmlDocument | { fault: string } {
  const text = Buffer.from(xml.buffer, xml.byteOffset, xml.byteLength);
  if (text.includes(0)) return { fault: 'Die Nachricht ist nicht in UTF-8.' };
  if (text.includes('<!DOCTYPE') && hasDtd(text.toString('latin1')))
    return { fault: 'Eine Nachricht mit DTD wird nicht angenommen.' };
  const encoding = /^(?:\ufeff)?<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)/.exec(text.toString('utf8', 0, 200))?.[1];
  if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) return { fault: 'Die Nachricht ist nicht in UTF-8.' };
  try {
    return XmlDocument.fromBuffer(xml, { option: parsing | ParseOption.XML_PARSE_HUGE }); // `largest` is the limit
  } catch (error) {
    if (!(error instanceof XmlParseError)) throw error;
    return { fault: `Die Nachricht ist kein wohlgeformtes XML (Zeile ${lineOf(error.details)}).` };
  }
}

/** A DTD stands before the root; in a text or a comment it is none. */
function hasDtd(text: string): boolean {
  let at = text.indexOf('<');
  while (at >= 0) {
    const end = text.startsWith('<?', at) ? '?>' : text.startsWith('<!--', at) ? '-->' : undefined;
    if (!end) return text.startsWith('<!DOCTYPE', at);
    const over = text.indexOf(end, at + (end === '-->' ? 4 : 2));
    at = over < 0 ? -1 : text.indexOf('<', over);
  }
  return false;
}

const lineOf = ([first]: ErrorDetail[]) => first?.line ?? 1;
