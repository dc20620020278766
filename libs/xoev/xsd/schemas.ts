/** What the standards' own schemas say of a message. */
export type Validation =
  /** `schema`: the file's name. */
  | { kind: 'valid'; schema: string }
  /** `faults`: element, line and what is wrong there, in German; never a value. */
  | { kind: 'invalid'; schema: string; faults: string[] }
  /** `reason`: in German, why nobody can say. */
  | { kind: 'unchecked'; reason: string };

/** The XML Schemas that an installation has. */
export interface XmlSchemas {
  /** Whether a schema for this namespace is there and compiles. */
  knows(namespace: string): boolean;
  /** Never throws: what is no XML, or hostile, is `invalid`. */
  validate(xml: Uint8Array): Validation;
}
