import type { Json } from '#submission/vocabulary.js';

/** A code list, by the URI and the version of its publisher (XÖV code, `xoev-code.xsd` 1.0). */
export interface CodeList {
  uri?: string;
  version?: string;
}

/** A code element: its children are unqualified in every standard. */
export function code(value: string, { uri, version }: CodeList = {}, name?: string): Json {
  return {
    ...(uri !== undefined && { '@listURI': uri }),
    ...(version !== undefined && { '@listVersionID': version }),
    code: value,
    ...(name !== undefined && { name }),
  };
}
