import type { AdapterContext, Attachment } from '#adapters/contract.js';

/** The methods of the contract that cross. */
export const methods = ['check', 'deliver', 'lookup', 'find', 'render', 'status', 'confirm'] as const;
export type Method = (typeof methods)[number];

/** What the child says of its package when it has loaded it. */
export interface Introduction {
  /** Without `parameters`. Absent where the file exports no adapter. */
  manifest?: Record<string, unknown>;
  parameters?: Record<string, Field>;
  methods: string[];
  /** Whether the file exports the target of a fake. */
  answers: boolean;
}

/** A parameter as data. */
export interface Field {
  /** JSON Schema with what `.meta()` says. */
  schema: Record<string, unknown>;
  required: boolean;
  preset?: unknown;
}

/** What is wrong with a value. */
export interface Fault {
  path: string[];
  /** German. */
  message: string;
  code: string;
  missing: boolean;
}

/** A call as it crosses. `n`: in the place of an attachment's content and a readable submission. */
export interface Crossing {
  call: number;
  method: Method;
  context: Pick<AdapterContext, 'idempotencyKey' | 'attempt' | 'deadline' | 'traceparent'>;
  /** The region's values, not parsed. */
  values: Record<string, unknown>;
  /** Between context and parameters: a delivery, a request, a key, a reference, the ids of replies. */
  given: unknown[];
  attachments: Omit<Attachment, 'content' | 'chunks'>[];
}

/** An error as it crosses. `ref` is the parent's own number for it, so that what comes back is the same error. */
export interface WrittenError {
  name: string;
  message: string;
  code?: string;
  ref?: number;
  cause?: WrittenError;
}
