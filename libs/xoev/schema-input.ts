import { basename } from 'node:path';
import { closeBuffer, openBuffer, ParseOption, readBuffer, xmlRegisterInputProvider } from 'libxml2-wasm';
import type { SchemaFile, SchemaIndex } from './schema-files.js';

/** No network, no external entity, no catalog of the system. */
export const parsing =
  ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NO_SYS_CATALOG;

let serving: { index: SchemaIndex; importer: SchemaFile } | undefined;

/** Lets libxml2 find what `importer` imports during `work`, and nothing else. libxml2 has one list of providers for all, so there is one who changes its mind. */
export function serve<T>(index: SchemaIndex, importer: SchemaFile, work: () => T): T {
  serving = { index, importer };
  try {
    return work();
  } finally {
    serving = undefined;
  }
}

xmlRegisterInputProvider({
  match: (address) => found(address) !== undefined,
  open: (address) => openBuffer(serving!.index.bytes(found(address)!)),
  read: readBuffer,
  close(handle) {
    closeBuffer(handle);
    return true;
  },
});

/** By its path, else by its name: an import may give an address in the net, and what that imports is relative to there. */
function found(address: string): SchemaFile | undefined {
  if (!serving) return undefined;
  const { index, importer } = serving;
  return index.at(address) ?? index.nearest(basename(new URL(address, 'file:///').pathname), importer);
}
