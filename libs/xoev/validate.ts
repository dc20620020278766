import { statSync } from 'node:fs';
import type { ErrorDetail } from 'libxml2-wasm';
import { XmlDocument, XmlParseError, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import { faultsOf } from './faults.js';
import { indexOf, type SchemaFile, type SchemaIndex } from './schema-files.js';
import { parsing, serve } from './schema-input.js';
import type { Validation, XmlSchemas } from './schemas.js';

/** Bytes a message may have; attachments travel beside it. */
const largest = 20 * 1024 * 1024;

const opened = new Map<string, XmlSchemas>();

/**
 * The schemas of XÖV standards below a folder: read at the first question, each compiled once for all callers of this process. Imports are found by their file's name,
 * beside the importing file first: nothing is fetched. Without a folder nothing is checked.
 */
export function openSchemas(folder: string | undefined): XmlSchemas {
  if (!folder) return without('XOEV_SCHEMAS nennt keinen Ordner mit Schemas.');
  const known = opened.get(folder);
  if (known) return known;
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  const schemas = isFolder ? below(folder) : without('Den Ordner, den XOEV_SCHEMAS nennt, gibt es nicht.');
  opened.set(folder, schemas);
  return schemas;
}

const without = (reason: string): XmlSchemas => ({
  knows: () => false,
  validate: () => ({ kind: 'unchecked', reason }),
});

function below(folder: string): XmlSchemas {
  let read: SchemaIndex | undefined;
  const compiled = new Map<string, XsdValidator | 'broken'>();
  const index = () => {
    read ??= indexOf(folder);
    return read;
  };

  /** The first of these files that compiles. */
  function validatorOf(files: SchemaFile[]): { file: SchemaFile; validator: XsdValidator } | undefined {
    for (const file of files) {
      const validator = compiled.get(file.path) ?? compile(file, index());
      compiled.set(file.path, validator);
      if (validator !== 'broken') return { file, validator };
    }
    return undefined;
  }

  return {
    knows: (namespace) => validatorOf(index().inNamespace(namespace)) !== undefined,

    validate(xml) {
      if (xml.length > largest) return { kind: 'invalid', schema: '', faults: ['Die Nachricht ist zu groß.'] };
      const parsed = parse(xml);
      if (!(parsed instanceof XmlDocument)) return { kind: 'invalid', schema: '', faults: [parsed.fault] };
      try {
        const { name, namespaceUri } = parsed.root;
        const files = index().declaring(namespaceUri, name);
        if (files.length === 0)
          return { kind: 'unchecked', reason: 'Zu dieser Nachricht liegt in XOEV_SCHEMAS kein Schema.' };
        const found = validatorOf(files);
        if (!found) return { kind: 'unchecked', reason: `Das Schema ${files[0]!.name} ist unvollständig.` };
        return checked(found.validator, parsed, found.file.name);
      } finally {
        parsed.dispose();
      }
    },
  };
}

function checked(validator: XsdValidator, document: XmlDocument, schema: string): Validation {
  try {
    validator.validate(document);
    return { kind: 'valid', schema };
  } catch (error) {
    if (!(error instanceof XmlValidateError)) throw error;
    return { kind: 'invalid', schema, faults: faultsOf(error.details) };
  }
}

function compile(file: SchemaFile, index: SchemaIndex): XsdValidator | 'broken' {
  return serve(index, file, () => {
    try {
      using document = XmlDocument.fromBuffer(index.bytes(file), { url: file.path, option: parsing });
      return XsdValidator.fromDoc(document);
    } catch {
      return 'broken';
    }
  });
}

/** UTF-8 without a DTD: entities cannot be declared, and no other encoding can hide one. */
function parse(xml: Uint8Array): XmlDocument | { fault: string } {
  const text = Buffer.from(xml.buffer, xml.byteOffset, xml.byteLength);
  if (text.includes('<!DOCTYPE')) return { fault: 'Eine Nachricht mit DTD wird nicht angenommen.' };
  if (text.includes(0)) return { fault: 'Die Nachricht ist nicht in UTF-8.' };
  const encoding = /^(?:\ufeff)?<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)/.exec(text.toString('utf8', 0, 200))?.[1];
  if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) return { fault: 'Die Nachricht ist nicht in UTF-8.' };
  try {
    return XmlDocument.fromBuffer(xml, { option: parsing });
  } catch (error) {
    if (!(error instanceof XmlParseError)) throw error;
    return { fault: `Die Nachricht ist kein wohlgeformtes XML (Zeile ${lineOf(error.details)}).` };
  }
}

const lineOf = ([first]: ErrorDetail[]) => first?.line ?? 1;
