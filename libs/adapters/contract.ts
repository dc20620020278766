import type { ZodObject } from 'zod';
import type { AdapterKind, Ars, Json, Leistung } from '#submission/vocabulary.js';

/** What the outside world needs to know about an adapter, without running it. Data only. */
export interface Manifest {
  /** The folder's name. */
  id: string;
  /** Semantic version. */
  version: string;
  kind: AdapterKind;
  title: string;
  /** One German sentence: what system it speaks to and how. */
  summary: string;
  /** Leistungsschlüssel it takes; `['*']` for any. */
  accepts: string[];
  /** What it can do; what it cannot is declared here, not skipped in tests. */
  capabilities: { find: boolean; render: boolean; status: boolean; idempotentTarget: boolean };
  /** Milliseconds one call may take. Default 30 000. */
  deadline?: number;
  /** Milliseconds after a call's end until the target knows for certain whether it committed. Default 5 000. */
  settlesWithin?: number;
  /**
   * Parameters a region sets: keys without prefix, the region sets `<adapter id>.<key>`. Describe each with `.describe()`; mark secrets with
   * `.meta({ secret: true })`, host names (`host` or `host:port`, where the value is no URL) with `.meta({ host: true })`.
   */
  parameters: ZodObject;
  /** Categories of personal data it carries (GDPR Art. 30), in German. */
  dataCategories: string[];
  legalBasis: string;
}

/** One ordered step of a connection test. */
export interface CheckStep {
  /** `parameters`, `connect`, `tls`, `authenticate`, … */
  step: string;
  ok: boolean;
  /** German, safe for people. */
  message: string;
  /** The key of the parameter to look at, if the step points at one; the core adds the prefix. */
  parameter?: string;
}

export interface Attachment {
  attachmentId: string;
  /** `<fim path>` of the file field it belongs to, if any. */
  field?: string;
  filename: string;
  mimetype: string;
  /** Bytes. */
  size: number;
  /** Hex. */
  sha256: string;
  content(): Promise<Uint8Array>;
}

/** What a Fachverfahren adapter delivers. */
export interface Delivery {
  submissionId: string;
  caseId: string;
  leistung: Leistung;
  ars: Ars;
  /** ISO 8601, UTC. */
  receivedAt: string;
  schema: { id: string; version: string };
  /** What the process's mapping made for this step; the FIM data itself where the process names no mapping. */
  message: Json;
  /** The submission as validated, keyed by FIM ids. */
  data: Json;
  attachments: Attachment[];
}

/** What a register adapter is asked. */
export interface LookupRequest {
  submissionId: string;
  leistung: Leistung;
  ars: Ars;
  /** Made by the process's mapping from the submission. */
  subject: Json;
  /** Attribute names the process declared; nothing else may be asked. */
  attributes: string[];
  purpose: string;
  legalBasis: string;
}

/** `public` is safe for people (German, no personal data); `detail` goes to the log, redacted. */
export interface Reason {
  public: string;
  detail?: string;
}

/** The closed list of what an attempt can end in. `parameter` is a key of the manifest's schema; the core adds the prefix. */
export type Outcome =
  | { kind: 'delivered'; externalReference: string; receipt?: Json }
  | { kind: 'pending'; externalReference: string; askAgainAt: Date }
  | { kind: 'rejected'; reasons: Reason[] }
  | { kind: 'later'; reason: Reason; notBefore?: Date }
  | { kind: 'misconfigured'; parameter: string; reason: Reason }
  | { kind: 'unknown'; reason: Reason };

export type LookupOutcome =
  | { kind: 'found'; attributes: Record<string, Json>; source: string }
  | { kind: 'notFound'; source: string }
  | Exclude<Outcome, { kind: 'delivered' } | { kind: 'pending' }>;

export type OutcomeKind = Outcome['kind'] | LookupOutcome['kind'];

export interface Found {
  externalReference: string;
  receipt?: Json;
}

/** The exact bytes that `deliver` would send. */
export interface Artifact {
  name: string;
  mimetype: string;
  bytes: Uint8Array;
}

/** An answer of the restricted HTTP client. The body is read whole, at most 10 MiB. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  text(): string;
  /** Throws {@link Error} when the body is not JSON. */
  json(): Json;
}

export interface HttpRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Milliseconds to wait for the whole answer; never beyond the deadline. */
  timeout?: number;
}

export interface AdapterContext {
  /** The task id: the same for every attempt, retry and replay of this task. */
  idempotencyKey: string;
  /** From 1. */
  attempt: number;
  deadline: Date;
  signal: AbortSignal;
  /** W3C `traceparent` to send along. */
  traceparent: string;
  now(): Date;
  /** Reaches only the hosts that the parameters name; refuses to send after the deadline; HTTPS, plain HTTP only to loopback and hosts named for development. */
  http(url: string, request?: HttpRequest): Promise<HttpAnswer>;
  /** Redacts: only the message and the named, non-personal fields are written. */
  log(message: string, fields?: Record<string, string | number | boolean>): void;
  /**
   * Call before each irreversible step, with the exact data to be sent. Durable when it resolves. Returns what an earlier attempt stored under the
   * same step, if any: send *that*, not newly rendered bytes.
   */
  checkpoint(step: string, data: Json): Promise<Json>;
}

/** Parameters with the adapter's prefix removed, parsed by the manifest's schema. Secrets are plain strings here and nowhere else. */
export type Parameters = Record<string, unknown>;

export interface FachverfahrenAdapter {
  manifest: Manifest & { kind: 'fachverfahren' };
  /** Ordered; changes nothing at the target. Behind "test connection" and the lane's probe. */
  check(context: AdapterContext, parameters: Parameters): Promise<CheckStep[]>;
  deliver(context: AdapterContext, delivery: Delivery, parameters: Parameters): Promise<Outcome>;
  /** Resolves doubt: did an earlier attempt with this key arrive? Throw when that cannot be known now. */
  find?(context: AdapterContext, idempotencyKey: string, parameters: Parameters): Promise<Found | 'absent'>;
  render?(context: AdapterContext, delivery: Delivery, parameters: Parameters): Promise<Artifact[]>;
  /** Targets that answer later; polls are not attempts. */
  status?(context: AdapterContext, externalReference: string, parameters: Parameters): Promise<Outcome>;
}

export interface RegisterAdapter {
  manifest: Manifest & { kind: 'register' };
  check(context: AdapterContext, parameters: Parameters): Promise<CheckStep[]>;
  lookup(context: AdapterContext, request: LookupRequest, parameters: Parameters): Promise<LookupOutcome>;
}

export type Adapter = FachverfahrenAdapter | RegisterAdapter;
