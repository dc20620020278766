import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { XmlDocument, XmlValidateError } from 'libxml2-wasm';
import { texts } from '../texts.js';
import { type Compiled, compileSchema } from './compile.js';
import { parseDocument } from './document.js';
import { faultsOf } from './faults.js';
import { type SchemaFile, schemaFilesBelow } from './schema-file.js';
import { type Declaring, SchemaIndex } from './schema-index.js';
import type { Validation, XmlSchemas } from './schemas.js';

/** By folder. */
const opened = new Map<string, XmlSchemas>();

/**
 * Opens the schemas of XÖV standards below a folder. They are read when somebody first asks and there are some, and
 * each is compiled once for all callers of this process. Imports are found below the folder: nothing is fetched.
 * Without schemas nothing is checked.
 */
export function openSchemas(folder: string | undefined): XmlSchemas {
  if (!folder) return noSchemas;
  const known = opened.get(folder) ?? new SchemaFolder(folder);
  opened.set(folder, known);
  return known;
}

const noSchemas: XmlSchemas = {
  knows: () => false,
  validate: () => ({ kind: 'unchecked', reason: texts.unchecked.noFolder }),
};

/** A schema that is asked about a message. */
interface Judge extends Compiled {
  file: SchemaFile;
}

class SchemaFolder implements XmlSchemas {
  #index = new SchemaIndex([]);
  readonly #compiled = new Map<SchemaFile, Compiled | undefined>();
  readonly #judges = new WeakMap<Declaring, Judge[]>();

  constructor(readonly folder: string) {}

  knows(namespace: string): boolean {
    return this.#read()
      .inNamespace(namespace)
      .some((file) => this.#compile(file));
  }

  validate(xml: Uint8Array): Validation {
    const document = parseDocument(xml);
    if (!(document instanceof XmlDocument)) return { kind: 'invalid', schema: '', faults: [document.fault] };
    try {
      return this.#judge(document);
    } finally {
      document.dispose();
    }
  }

  #judge(document: XmlDocument): Validation {
    const index = this.#read();
    if (index.files.length === 0) return { kind: 'unchecked', reason: nothingIn(this.folder) };
    const { name, namespaceUri } = document.root;
    const declaring = index.declaring(namespaceUri, name);
    const [some] = declaring.all;
    if (!some) return { kind: 'unchecked', reason: texts.unchecked.noSchema };
    const judges = this.#judgesOf(declaring);
    if (judges.length === 0) return { kind: 'unchecked', reason: texts.unchecked.incompleteSchema(some.name) };
    return agreement(judges, document, this.folder);
  }

  /** Reads the folder again as long as it holds no schema. */
  #read(): SchemaIndex {
    if (this.#index.files.length === 0) this.#index = new SchemaIndex(schemaFilesBelow(this.folder));
    return this.#index;
  }

  #compile(file: SchemaFile): Compiled | undefined {
    if (!this.#compiled.has(file)) this.#compiled.set(file, compileSchema(this.#read(), file));
    return this.#compiled.get(file);
  }

  /** All whole schemas of a root that compile; if none does, the first part that compiles. */
  #judgesOf(declaring: Declaring): Judge[] {
    const known = this.#judges.get(declaring);
    if (known) return known;
    let found = distinct(declaring.whole).flatMap((file) => this.#judgeFrom(file));
    for (const file of declaring.all) if (found.length === 0) found = this.#judgeFrom(file);
    this.#judges.set(declaring, found);
    return found;
  }

  #judgeFrom(file: SchemaFile): Judge[] {
    const compiled = this.#compile(file);
    return compiled ? [{ file, ...compiled }] : [];
  }
}

/** Leaves out copies. */
const distinct = (files: SchemaFile[]): SchemaFile[] =>
  files.filter(({ digest }, n) => files.findIndex((file) => file.digest === digest) === n);

/** Several schemas of a root must agree; otherwise nobody knows whether the message is valid. */
function agreement(judges: Judge[], document: XmlDocument, folder: string): Validation {
  const verdicts = judges.map((judge) => verdictOf(judge, document));
  if (verdicts.every(({ kind }) => kind === verdicts[0]!.kind)) return verdicts[0]!;
  const names = judges.map(({ file }) => relative(folder, file.path));
  return { kind: 'unchecked', reason: texts.unchecked.disagreement(names) };
}

function verdictOf({ validator, missing, file: { name: schema } }: Judge, document: XmlDocument): Validation {
  try {
    validator.validate(document);
  } catch (error) {
    if (!(error instanceof XmlValidateError)) throw error;
    return { kind: 'invalid', schema, faults: faultsOf(error.details) };
  }
  const unseen = missing.find((namespace) => uses(document, namespace));
  if (unseen === undefined) return { kind: 'valid', schema };
  return { kind: 'unchecked', reason: texts.unchecked.noSchemaFor(unseen) };
}

function uses(document: XmlDocument, namespace: string): boolean {
  const literal = namespace.includes('"') ? `'${namespace}'` : `"${namespace}"`;
  return document.find(`//*[namespace-uri()=${literal}] | //@*[namespace-uri()=${literal}]`).length > 0;
}

function nothingIn(folder: string): string {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    ? texts.unchecked.emptyFolder
    : texts.unchecked.absentFolder;
}
