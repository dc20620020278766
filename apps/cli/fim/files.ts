import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeXml } from '#fim/instance-xml.js';
import type { Json } from '#fim/json.js';
import { type CodeList, type ListFolder, noLists, openListFolder, readCodeList } from '#fim/lists.js';
import type { Schema } from '#fim/model.js';
import { type Reading, readSchema } from '#fim/read.js';
import type { ReadOptions } from '#fim/reading/options.js';
import { root } from '#settings/root.js';
import { findingText } from './print.js';
import { texts } from './texts.js';

/** Whatever cannot be opened ends the process with a sentence. */

/** Where the code lists and the added rules of a schema come from. */
export interface BesideOptions {
  /** A folder; default `schemas/lists`. */
  lists?: string;
  /** Lists by the URN that they are bound to. */
  list?: Record<string, CodeList>;
  /** A file. */
  rules?: string;
}

export const readOptionsOf = (options: BesideOptions): ReadOptions => ({
  lists: listFolder(options),
  bind: options.list,
  rules: options.rules === undefined ? undefined : load(options.rules),
});

export const readFile = (file: string, options: ReadOptions): Reading => readSchema(load(file), options);

/** Ends the process with the findings where the schema is refused. */
export function openSchema(file: string, options: BesideOptions): Schema {
  const { model, findings } = readFile(file, readOptionsOf(options));
  if (model !== undefined) return model;
  process.stderr.write(`${findings.map(findingText).join('\n')}\n`);
  return refuse(texts.refused(file));
}

/** A code list; ends the process where the file is none. */
export function openList(file: string): CodeList {
  try {
    return readCodeList(load(file));
  } catch (error) {
    return refuse(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/** A filled form, as JSON or XML. */
export function openInstance(schema: Schema, file: string): Json {
  const text = load(file).toString('utf8');
  try {
    return text.trimStart().startsWith('<') ? decodeXml(schema, text) : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return refuse(texts.noJson(file));
    return refuse(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

function listFolder({ lists }: BesideOptions): ListFolder {
  const dir = lists ?? join(root, 'schemas', 'lists');
  if (existsSync(dir)) return openListFolder(dir);
  return lists === undefined ? noLists : refuse(texts.noFolder(dir));
}

function load(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return refuse(texts.unreadable(file));
  }
}

/** Ends the process: a file, a schema or the call is of no use. */
export function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
