import type { Duplex } from 'node:stream';
import type { ZodObject } from 'zod';
import type { AdapterKind, Ars, Json, Leistung, ReplyStatus, TrustLevel } from '#submission/vocabulary.js';
import type { XmlSchemas } from '#xoev/xsd/schemas.js';

/*
 * The contract between Stellwerk and an adapter: what an adapter declares, what it is asked, what it may answer, and what it may use meanwhile.
 *
 * An adapter sees `contract.ts`, `tools/`, the words of `libs/submission`, the messages of `libs/xoev` and its own folder, and nothing else of
 * Stellwerk; its fixtures and its fake also see `kit/`.
 */

/** What the outside world needs to know about an adapter, without running it. Data only. */
export interface Manifest {
  /** The contract that it was written for. */
  contract: 1;
  /** The folder's name. */
  id: string;
  /** Semantic version. Two major versions may run side by side; a region chooses with `<adapter id>.version`. */
  version: string;
  kind: AdapterKind;
  title: string;
  /** One German sentence: what system it speaks to and how. */
  summary: string;
  /** Leistungsschlüssel it takes; `['*']` for any. */
  accepts: string[];
  /** What it speaks, for people: `HTTPS`, `SFTP`, … */
  protocols: string[];
  /** What it can do; what it cannot is declared here, not skipped in tests. `status`: the target answers later, or sends replies that must be fetched. */
  capabilities: { find: boolean; render: boolean; status: boolean; idempotentTarget: boolean };
  /** How it can write a message; a region may then choose one of the process's templates with `<adapter id>.template`. Absent: it takes the message as JSON. */
  formats?: Format[];
  /** Parts of what it sends that are different each time, and why; `render` equals `deliver` in all others. */
  volatile?: Record<string, string>;
  /** What a register can be asked for, with German titles: attribute → title. */
  attributes?: Record<string, string>;
  /** The lowest level of trust (eIDAS Art. 8) at which the applicant must have been identified before the register may be asked. */
  trustLevel?: TrustLevel;
  /** Milliseconds one call may take. Default 30 000. */
  deadline?: number;
  /** Milliseconds after a call's end until the target knows for certain whether it committed. Default 5 000. */
  findableWithin?: number;
  /**
   * Parameters a region sets: keys without prefix, the region sets `<adapter id>.<key>`. Describe each with `.describe()`; mark secrets with
   * `.meta({ secret: true })`, host names (`host` or `host:port`, where the value is no URL) with `.meta({ host: true })`,
   * URLs that only look like addresses with `.meta({ host: false })`.
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
  /** The same, piece by piece: for what passes it on without holding it. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** How a message is written. `libs/adapters/tools/formats.ts` turns it into bytes. */
export type Format = 'json' | 'xml' | 'csv';

/** A part of the submission for people: labels and values as the FIM catalogue words them, in the order of the form. */
export interface Section {
  heading: string;
  /** 1 for a part of the form, 2 for a group within it, … */
  level: number;
  entries: { label: string; value: string }[];
}

/** What a register said, where it came from, and where it differs from what the applicant wrote. */
export interface Lookup {
  step: string;
  title: string;
  outcome: 'found' | 'notFound';
  /** Absent where nothing was found. */
  attributes?: Record<string, Json>;
  origin: Origin;
  differences: Difference[];
}

/** Where a register's answer came from. */
export interface Origin {
  /** The register, as it names itself. */
  source: string;
  adapter: string;
  version: string;
  /** ISO 8601, UTC. */
  at: string;
  purpose: string;
  legalBasis: string;
}

/** The applicant wrote one thing, the register says another. Shown, never corrected. */
export interface Difference {
  /** FIM path. */
  field: string;
  label: string;
  form: string;
  register: string;
}

/** What a Fachverfahren adapter delivers. */
export interface Delivery {
  submissionId: string;
  caseId: string;
  leistung: Leistung;
  /** The Leistung's title, German. */
  title: string;
  ars: Ars;
  /** ISO 8601, UTC. */
  receivedAt: string;
  schema: { id: string; version: string };
  /** What the process's mapping, or the template that the region chose, made for this step; the FIM data itself where there is neither. */
  message: Json;
  format: Format;
  /** The submission as validated, keyed by FIM ids. */
  data: Json;
  /** Answers of earlier register steps, in their order. */
  lookups: Lookup[];
  attachments: Attachment[];
  /** The submission for people, register answers and differences included. The same for the same submission. */
  readable(): Section[];
}

/** What a register adapter is asked. */
export interface LookupRequest {
  submissionId: string;
  leistung: Leistung;
  ars: Ars;
  /** Made by the process's mapping from the submission; a list where several are asked about at once. */
  subject: Json;
  /** Attribute names the process declared; nothing else may be asked, and nothing else passes on. */
  attributes: string[];
  purpose: string;
  legalBasis: string;
}

/** `public` is safe for people (German, no personal data); `detail` goes to the log, redacted. */
export interface Reason {
  public: string;
  detail?: string;
}

/** What the Fachverfahren says about a case after it was delivered. */
export interface Reply {
  /** The target's own id of it; the same id again is the same reply. */
  id: string;
  status: ReplyStatus;
  /** For the applicant; personal. */
  text?: string;
  /** ISO 8601, UTC. */
  at: string;
  documents: { filename: string; mimetype: string; bytes: Uint8Array }[];
}

/**
 * The closed list of what an attempt can end in. `parameter` is a key of the manifest's schema; the core adds the prefix. `pending`: the target has it, and
 * `status` will be asked from `askAgainAt` on, until it says `delivered`. `note`: what people should know of it all the same.
 */
export type Outcome =
  | { kind: 'delivered'; externalReference: string; receipt?: Json; replies?: Reply[]; note?: Reason }
  | { kind: 'pending'; externalReference: string; askAgainAt: Date; replies?: Reply[]; note?: Reason }
  | { kind: 'rejected'; reasons: Reason[]; replies?: Reply[] }
  | { kind: 'later'; reason: Reason; notBefore?: Date }
  | { kind: 'misconfigured'; parameter: string; reason: Reason }
  | { kind: 'unknown'; reason: Reason };

/** `attributes`: by name; where the subject is a list, each a list of the same length, null where the register has nothing. */
export type LookupOutcome =
  | { kind: 'found'; attributes: Record<string, Json>; source: string }
  | { kind: 'notFound'; source: string }
  | { kind: 'pending'; externalReference: string; askAgainAt: Date }
  | Exclude<Outcome, { kind: 'delivered' } | { kind: 'pending' }>;

export type OutcomeKind = Outcome['kind'] | LookupOutcome['kind'];

export interface Found {
  externalReference: string;
  receipt?: Json;
  /** It is there, and not done: `status` is asked from then on, as after `pending`. */
  askAgainAt?: Date;
  /** As in an {@link Outcome}. */
  note?: Reason;
}

/** The exact bytes that `deliver` would send. */
export interface Artifact {
  name: string;
  mimetype: string;
  bytes: Uint8Array;
}

/** An answer of the restricted HTTP client. The body is read whole, at most {@link HttpRequest.largest} bytes. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  bytes(): Uint8Array;
  text(): string;
  /** Throws {@link Error} when the body is not JSON. */
  json(): Json;
}

export interface HttpRequest {
  method?: string;
  headers?: Record<string, string>;
  /** Pieces are sent as they come, in chunks (RFC 9112 §7.1) unless `content-length` is among the headers; each request reads them anew. */
  body?: string | Uint8Array | (() => AsyncIterable<Uint8Array>);
  /** Bytes the answer may have: 10 MiB where nothing is said, 64 MiB at most. */
  largest?: number;
  /** Milliseconds to wait for the whole answer; never beyond the deadline. */
  timeout?: number;
  /** `false` for a request that changes nothing at the target in spite of its method: a token, a question by POST. Default: everything but GET, HEAD, OPTIONS, PROPFIND changes. */
  changes?: boolean;
  tls?: TlsOptions;
}

/** All PEM. */
export interface TlsOptions {
  /** Certificates to trust besides those that everybody trusts. */
  ca?: string;
  /** The client's own certificate, with its chain, and its key. */
  certificate?: string;
  key?: string;
}

/** A folder on the worker's host; names have no path in them. */
export interface Folder {
  /** Creates or overwrites; durable when it resolves. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Atomic; overwrites. */
  rename(from: string, to: string): Promise<void>;
  /** Bytes; undefined where there is no such file. */
  size(name: string): Promise<number | undefined>;
  /** Undefined where there is no such file. Throws where it has more bytes than `largest`. */
  read(name: string, largest: number): Promise<Uint8Array | undefined>;
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
  /**
   * A TCP connection for protocols that are not HTTP, to a host that the parameters name (`.meta({ host: true })`); closed when the call ends.
   * Throws while nothing can have left. What goes through it is not seen: call `checkpoint` before anything irreversible.
   * @param options.plain what follows is not encrypted: then only loopback and hosts named for development are reached
   */
  connect(host: string, port: number, options?: { plain?: boolean }): Promise<Duplex>;
  /** A folder below the operator's `DROP_FOLDER`, by its relative path. Throws when it leads elsewhere, is missing or may not be used so. Default: `write`. */
  folder(path: string, use?: 'read' | 'write'): Promise<Folder>;
  /** The schemas of XÖV standards that this installation has (`XOEV_SCHEMAS`). */
  schemas: XmlSchemas;
  /** Say so when the call learns a secret that no parameter holds, a token for instance: from then on it is removed from every text. */
  conceal(secret: string): void;
  /** Redacts: only the message and the named, non-personal fields are written. */
  log(message: string, fields?: Record<string, string | number | boolean>): void;
  /**
   * Call before each irreversible step, with the exact data to be sent. Durable when it resolves. Returns what an earlier attempt stored under the
   * same step, if any: send *that*, not newly rendered bytes.
   */
  checkpoint(step: string, data: Json): Promise<Json>;
  /** What an earlier attempt kept under this step; undefined where nothing was kept, so that nothing can have been sent after it. */
  kept(step: string): Promise<Json | undefined>;
}

/** Parameters with the adapter's prefix removed, parsed by the manifest's schema. Secrets are plain strings here and nowhere else. */
export type Parameters = Record<string, unknown>;

export interface FachverfahrenAdapter {
  manifest: Manifest & { kind: 'fachverfahren' };
  /** Ordered; changes nothing at the target. Behind "test connection" and the lane's probe. */
  check(context: AdapterContext, parameters: Parameters): Promise<CheckStep[]>;
  deliver(context: AdapterContext, delivery: Delivery, parameters: Parameters): Promise<Outcome>;
  /**
   * Resolves doubt: did an earlier attempt with this key arrive? Throw when that cannot be known now; `unknowable` when this target, as the region's
   * parameters describe it, cannot be asked at all: then a person decides.
   */
  find?(
    context: AdapterContext,
    idempotencyKey: string,
    parameters: Parameters,
  ): Promise<Found | 'absent' | 'unknowable'>;
  render?(context: AdapterContext, delivery: Delivery, parameters: Parameters): Promise<Artifact[]>;
  /** Targets that answer later; polls are not attempts. */
  status?(context: AdapterContext, externalReference: string, parameters: Parameters): Promise<Outcome>;
  /** These replies (ids) are kept: the target may forget them. Without this call, or when it fails, it tells them again. */
  confirm?(context: AdapterContext, replies: string[], parameters: Parameters): Promise<void>;
  /** Earlier major versions that run beside this one, from the folders `v1`, `v2`, … */
  earlier?: FachverfahrenAdapter[];
}

export interface RegisterAdapter {
  manifest: Manifest & { kind: 'register' };
  check(context: AdapterContext, parameters: Parameters): Promise<CheckStep[]>;
  lookup(context: AdapterContext, request: LookupRequest, parameters: Parameters): Promise<LookupOutcome>;
  /** Registers that answer later: asked after `pending`; polls are not attempts. */
  status?(
    context: AdapterContext,
    externalReference: string,
    request: LookupRequest,
    parameters: Parameters,
  ): Promise<LookupOutcome>;
  earlier?: RegisterAdapter[];
}

export type Adapter = FachverfahrenAdapter | RegisterAdapter;
