import type { Duplex } from 'node:stream';
import type { ZodObject } from 'zod';
import type { AdapterKind, Ars, Json, Leistung, ReplyStatus, TrustLevel } from '#submission/vocabulary.js';
import type { XmlSchemas } from '#xoev/xsd/schemas.js';

/*
 * The contract between Stellwerk and an adapter, version 1: what an adapter declares (Manifest), what it implements
 * (FachverfahrenAdapter, RegisterAdapter), what it is given (Delivery, LookupRequest, AdapterContext) and what it may
 * answer (Outcome, LookupOutcome).
 *
 * An adapter sees `contract.ts`, `tools/`, the words of `libs/submission`, the messages of `libs/xoev` and its own
 * folder, and nothing else of Stellwerk; its fixtures and its fake also see `kit/`. A package from outside needs none
 * of these files: the contract is data and functions, and this file describes them.
 *
 * The core calls an adapter, and does everything around the call: it retries with growing pauses, closes the lane of a
 * target that is down, ends the call at its deadline, and records the attempt. It removes secrets, and what the
 * applicant typed, from every text that comes back. Every call always ends in an outcome: whatever an adapter throws
 * becomes `unknown` if anything that changes the target may have left in a `deliver`, else `later`. A refusal becomes
 * `unknown` where such a request got no answer, or one that proves nothing ({@link Manifest.refusesWith}).
 *
 * Times are ISO 8601 in UTC where they are strings, durations are milliseconds, texts for people are German.
 */

/** What Stellwerk needs to know about an adapter without calling it. Data only; checked when the adapter is loaded. */
export interface Manifest {
  /** The version of this contract for which the adapter was written. */
  contract: 1;
  /** Lower-case letters, digits and hyphens. The name of the adapter's folder, and the prefix of its parameters. */
  id: string;
  /**
   * Semantic version. Several major versions may run side by side; a region chooses one with the parameter
   * `<adapter id>.version`, else the newest counts.
   */
  version: string;
  kind: AdapterKind;
  /** German name of the system. */
  title: string;
  /** One German sentence: to which system the adapter speaks, and how. */
  summary: string;
  /** The Leistungsschlüssel (14 digits) of the Leistungen that it serves, or `['*']` for any. */
  accepts: string[];
  /** The protocols that it speaks, for people: `HTTPS`, `SFTP`, … `keines` where it speaks to nobody. */
  protocols: string[];
  /**
   * What adapter and target can do. Whatever they cannot do is declared here, never skipped in tests.
   * - `find`, `render`, `status`: the adapter implements the method of that name, exactly where this is true.
   * - `status` also means that the target answers later, or sends replies that must be fetched.
   * - `idempotentTarget`: the target takes the same idempotency key twice as one delivery.
   */
  capabilities: { find: boolean; render: boolean; status: boolean; idempotentTarget: boolean };
  /**
   * The formats in which it can write a message. With these, a region may choose one of the process's templates by the
   * parameter `<adapter id>.template`. Absent: the adapter takes the message as JSON.
   */
  formats?: Format[];
  /**
   * The statuses of 500 and above with which this target itself refuses, and has then done nothing: status → why that
   * is certain, in German. Absent: after a request that changes the target, 500, 502, 504 and every other 5xx that does
   * not say so of itself (501, 503, 505, 507, 508, 511) leaves doubt, because a proxy answers so after the target has
   * committed. Whatever refusal `deliver` makes of it, the core takes it for `unknown`.
   */
  refusesWith?: Record<string, string>;
  /**
   * The parts of what it sends that are different each time: a name of the part → why, in German. In all other parts
   * `render` gives the bytes that `deliver` sends.
   */
  volatile?: Record<string, string>;
  /**
   * Registers only: what can be asked for, by name, with a German title. Where the value has parts, their titles follow
   * by path (`anschrift.strasse`, also where the address is one of a list); people see these, nobody asks for them.
   */
  attributes?: Record<string, string>;
  /**
   * Registers only: the lowest level of trust (eIDAS Art. 8) at which the applicant must have been identified before
   * the register may be asked. Absent: it demands none.
   */
  trustLevel?: TrustLevel;
  /** Milliseconds that one call may take, 100 to 600 000. Default: 30 000. */
  deadline?: number;
  /**
   * Milliseconds after a call has ended until `find` can tell for certain whether the target committed, 0 to 3 600 000.
   * Default: 5 000.
   */
  findableWithin?: number;
  /**
   * The parameters that a region sets, by keys without prefix: a region sets `<adapter id>.<key>`. Each field has
   * - `.describe('…')`, in German;
   * - `.meta({ secret: true })` if it is a secret: it is stored encrypted and never shown;
   * - `.meta({ host: true })` if it names a host that the adapter may reach (`host` or `host:port`). The host of a
   *   value that is a URL counts without being marked; `.meta({ host: false })` is for URLs that only look like
   *   addresses.
   */
  parameters: ZodObject;
  /**
   * The parameters that belong together: address, credentials, certificates, fingerprints. A region that sets one of
   * them inherits none of the others, so that nobody sends another level's secret to an address of their own. All
   * secrets are among them, and no other parameter can name a host. Absent: all parameters.
   */
  boundSet?: BoundSet;
  /** The categories of personal data that it carries (GDPR Art. 30), in German. */
  dataCategories: string[];
  /** In German. */
  legalBasis: string;
}

/** Parameters that are inherited whole or not at all. */
export interface BoundSet {
  /** Keys without prefix. */
  parameters: string[];
  /** `land`: only the Land sets them, for everybody. Absent: each level may set its own. */
  level?: 'land';
}

/** One step of a connection test. */
export interface CheckStep {
  /** `parameters`, `connect`, `tls`, `authenticate`, … in the order in which they were tried. */
  step: string;
  ok: boolean;
  /** German, without secrets. */
  message: string;
  /** The key of the parameter that the step points at, if there is one; the core adds the prefix. */
  parameter?: string;
}

/** A file that the applicant attached. */
export interface Attachment {
  attachmentId: string;
  /** The FIM path of the file field that it belongs to, if it belongs to one. */
  field?: string;
  /** What the form calls that field, in German. */
  label?: string;
  /** As the applicant's device called it: personal, and any characters. */
  filename: string;
  mimetype: string;
  /** Bytes. */
  size: number;
  /** Of the content, in hex. */
  sha256: string;
  /** Reads the whole content. */
  content(): Promise<Uint8Array>;
  /** Reads the content piece by piece, for whoever passes it on without holding it. Each call begins anew. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** How a message is written. `encode` of `libs/adapters/tools/formats.ts` turns a message into bytes. */
export type Format = 'json' | 'xml' | 'csv';

/** A part of the submission for people: labels and values as the FIM catalogue words them, in the order of the form. */
export interface Section {
  heading: string;
  /** 1 for a part of the form, 2 for a group within it, and so on. */
  level: number;
  entries: { label: string; value: string }[];
}

/** What a register answered in an earlier step, its origin, and where it differs from what the applicant wrote. */
export interface Lookup {
  /** The step of the process that asked. */
  step: string;
  /** The step's title, in German. */
  title: string;
  outcome: 'found' | 'notFound' | 'ambiguous';
  /** By name; absent where nothing was found, or several. */
  attributes?: Record<string, Json>;
  origin: Origin;
  /** Empty where register and form agree, or nothing was compared. */
  differences: Difference[];
}

/** Where a register's answer came from. */
export interface Origin {
  /** The register, as it names itself. */
  source: string;
  /** The id of the adapter that asked. */
  adapter: string;
  /** The version of that adapter. */
  version: string;
  /** When the register answered: ISO 8601, UTC. */
  at: string;
  purpose: string;
  legalBasis: string;
}

/** The applicant wrote one thing and the register says another. It is shown to the authority, never corrected. */
export interface Difference {
  /** FIM path. */
  field: string;
  label: string;
  form: string;
  register: string;
}

/** What a Fachverfahren adapter delivers. It is the same for every attempt at one task. */
export interface Delivery {
  submissionId: string;
  /** The same for all submissions that belong to one case. */
  caseId: string;
  leistung: Leistung;
  /** The Leistung's title, in German. */
  title: string;
  /** The municipality. */
  ars: Ars;
  /** When the portal handed the submission over: ISO 8601, UTC. */
  receivedAt: string;
  /** The FIM schema by which it was validated. */
  schema: { id: string; version: string };
  /**
   * The content to be delivered: what the process's mapping made for this step, or the template that the region chose.
   * The FIM data where there is neither.
   */
  message: Json;
  /** The format for which {@link message} was made; one of the manifest's `formats`, or `json`. */
  format: Format;
  /** The submission as it was validated, keyed by FIM ids. */
  data: Json;
  /** The answers of earlier register steps, in the order of the steps. */
  lookups: Lookup[];
  /** In the order of the form. */
  attachments: Attachment[];
  /**
   * The submission for people: the municipality and what it laid down, the form, register answers and differences. The
   * same for the same submission.
   */
  readable(): Section[];
}

/** What a register adapter is asked. */
export interface LookupRequest {
  submissionId: string;
  leistung: Leistung;
  /** The municipality that asks. */
  ars: Ars;
  /** Whom or what it is about, made by the process's mapping; a list where several are asked about at once. */
  subject: Json;
  /**
   * The attributes that the process declared, by name. Nothing else may be asked for, and nothing else is passed on.
   */
  attributes: string[];
  /** In German, for the register and the access log. */
  purpose: string;
  legalBasis: string;
}

/** Why a call ended as it did. */
export interface Reason {
  /** A German sentence for people, without personal data. */
  public: string;
  /** For the log, without personal data: a status, an error code. */
  detail?: string;
}

/** What the Fachverfahren says to the applicant after a submission was delivered. */
export interface Reply {
  /**
   * The target's own id of the reply, at most 200 characters. The same id again is the same reply, and changes nothing.
   */
  id: string;
  status: ReplyStatus;
  /** For the applicant; personal. At most 20 000 characters. */
  text?: string;
  /** When the Fachverfahren made it: ISO 8601, UTC. */
  at: string;
  documents: { filename: string; mimetype: string; bytes: Uint8Array }[];
}

/**
 * In what a call about a delivery can end. The list is closed.
 * - `delivered`: the target has it for good. `externalReference` is the target's own, at most 500 characters.
 * - `pending`: the target has it and is not done. `status` is asked from `askAgainAt` on (a second to a day away), with
 *   growing pauses while there is nothing new, until it answers otherwise.
 * - `rejected`: the target refuses the data. The task becomes a dead letter, and a person decides.
 * - `later`: the target itself says that it has not taken it, and another attempt may succeed. It is made after a
 *   growing pause, not before `notBefore` (a second to an hour away). Three in a row close the lane.
 * - `misconfigured`: the target has not taken it, and will not until a person corrects a parameter. `parameter` is its
 *   key in the manifest; the core adds the prefix. The lane closes at once.
 * - `unknown`: it may have arrived. The core asks `find`, if there is one, before it sends again; else a person
 *   decides.
 *
 * `replies` are stored before the outcome is recorded. `note` says what people should know although all went well.
 */
export type Outcome =
  | { kind: 'delivered'; externalReference: string; receipt?: Json; replies?: Reply[]; note?: Reason }
  | { kind: 'pending'; externalReference: string; askAgainAt: Date; replies?: Reply[]; note?: Reason }
  | { kind: 'rejected'; reasons: Reason[]; replies?: Reply[] }
  | { kind: 'later'; reason: Reason; notBefore?: Date }
  | { kind: 'misconfigured'; parameter: string; reason: Reason }
  | { kind: 'unknown'; reason: Reason };

/**
 * In what a question to a register can end; other kinds as in {@link Outcome}.
 * - `found`: `attributes` by name. Where the subject is a list, each is a list of the same length, with null where the
 *   register has nothing, and `ambiguous` says for how many of them it has several. `source` is the register, as it
 *   names itself.
 * - `notFound`: the register knows nothing that fits.
 * - `ambiguous`: the register knows several that fit. None of them is told: a guess is no answer.
 */
export type LookupOutcome =
  | { kind: 'found'; attributes: Record<string, Json>; source: string; ambiguous?: number }
  | { kind: 'notFound' | 'ambiguous'; source: string }
  | { kind: 'pending'; externalReference: string; askAgainAt: Date }
  | Exclude<Outcome, { kind: 'delivered' } | { kind: 'pending' }>;

export type OutcomeKind = Outcome['kind'] | LookupOutcome['kind'];

/** The answer of `find` where the delivery has arrived. */
export interface Found {
  externalReference: string;
  receipt?: Json;
  /** Set where the target has it and is not done: `status` is asked from then on, as after `pending`. */
  askAgainAt?: Date;
  /** As in an {@link Outcome}. */
  note?: Reason;
}

/** A part of what `deliver` would send, byte for byte. */
export interface Artifact {
  name: string;
  mimetype: string;
  bytes: Uint8Array;
}

/** An answer of {@link AdapterContext.http}. Its body has been read whole, up to {@link HttpRequest.largest} bytes. */
export interface HttpAnswer {
  status: number;
  /** By name in lower case. */
  headers: Record<string, string>;
  bytes(): Uint8Array;
  /** As UTF-8. */
  text(): string;
  /** Throws where the body is not JSON. */
  json(): Json;
}

export interface HttpRequest {
  /** Default: GET. */
  method?: string;
  headers?: Record<string, string>;
  /**
   * A function yields the body in pieces. They are sent as they come, chunked (RFC 9112 §7.1) unless `content-length`
   * is among the headers. Each request calls the function anew.
   */
  body?: string | Uint8Array | (() => AsyncIterable<Uint8Array>);
  /** Bytes that the answer may have. Default: 10 MiB; 64 MiB at most. */
  largest?: number;
  /** Milliseconds to wait for the whole answer; never beyond the deadline. */
  timeout?: number;
  /**
   * `false` for a request that changes nothing at the target in spite of its method: asking for a token, or a question
   * by POST. Default: every method but GET, HEAD, OPTIONS and PROPFIND changes something, and leaves doubt behind.
   */
  changes?: boolean;
  tls?: TlsOptions;
}

/** All of them PEM. */
export interface TlsOptions {
  /** Certificates of authorities to trust besides the usual ones. */
  ca?: string;
  /** The client's own certificate with its chain, and its key. */
  certificate?: string;
  key?: string;
}

/** A folder on the worker's host. Names have no path in them. */
export interface Folder {
  /** Creates or overwrites. Durable when it resolves. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Atomic; overwrites. */
  rename(from: string, to: string): Promise<void>;
  /** Bytes; undefined where there is no such file. */
  size(name: string): Promise<number | undefined>;
  /** Undefined where there is no such file. Throws where it has more bytes than `largest`. */
  read(name: string, largest: number): Promise<Uint8Array | undefined>;
}

/** What an adapter may use during one call. After the call it does nothing any more. */
export interface AdapterContext {
  /** The task's id: the same for every attempt and every replay of this task. */
  idempotencyKey: string;
  /** From 1. */
  attempt: number;
  /** At this time the core ends the call, whatever the adapter does. */
  deadline: Date;
  /** Aborts at the deadline, and when the worker stops. The adapter ends what it has begun. */
  signal: AbortSignal;
  /** W3C Trace Context `traceparent`; {@link http} sends it along. */
  traceparent: string;
  /** The current time. An adapter uses no other clock. */
  now(): Date;
  /**
   * Makes an HTTP request to a host that a parameter names, by HTTPS; plain HTTP reaches only loopback and the hosts
   * that the installation names for development. Connects only to networks that the installation allows. Follows no
   * redirect. Throws where it gets no answer.
   */
  http(url: string, request?: HttpRequest): Promise<HttpAnswer>;
  /**
   * Opens a TCP connection to a host that a parameter names (`.meta({ host: true })`), for protocols that are not HTTP.
   * It is closed when the call ends. Throws only while nothing can have left. The core does not see what goes through
   * it: call {@link checkpoint} before anything irreversible.
   * @param options.plain what follows is not encrypted: then only loopback and hosts named for development are reached
   */
  connect(host: string, port: number, options?: { plain?: boolean }): Promise<Duplex>;
  /**
   * Opens a folder by its path relative to the municipality's own folder in the operator's `DROP_FOLDER`. Throws where
   * it is missing, lies elsewhere or may not be used so. Default: `write`.
   */
  folder(path: string, use?: 'read' | 'write'): Promise<Folder>;
  /** The schemas of XÖV standards that this installation has (`XOEV_SCHEMAS`). */
  schemas: XmlSchemas;
  /** Removes a secret that no parameter holds, a token for instance, from every text from now on. */
  conceal(secret: string): void;
  /** Writes to the log. Message and texts are redacted; the fields hold no personal data. */
  log(message: string, fields?: Record<string, string | number | boolean>): void;
  /**
   * Call this before each irreversible step, with exactly what is about to be sent. It is durable when it resolves.
   * Returns what an earlier attempt kept under the same step, or `data`: send *that*, not bytes made anew. A call that
   * has kept nothing has sent nothing, and is repeated without doubt.
   */
  checkpoint(step: string, data: Json): Promise<Json>;
  /**
   * What an earlier attempt kept under this step. Undefined where it kept nothing, and so sent nothing after this step.
   */
  kept(step: string): Promise<Json | undefined>;
}

/**
 * A region's values for the manifest's parameters, by key without prefix, as the manifest's schema parsed them. Secrets
 * are in the clear here and nowhere else.
 */
export type Parameters = Record<string, unknown>;

export interface FachverfahrenAdapter {
  manifest: Manifest & { kind: 'fachverfahren' };
  /**
   * Tests the connection, step by step, and changes nothing at the target. A person starts it, and the core does while
   * the lane is closed: the lane opens when every step is ok.
   */
  check(context: AdapterContext, parameters: Parameters): Promise<CheckStep[]>;
  /** Hands the delivery over. Called again for the same task after a crash, a retry or a replay. */
  deliver(context: AdapterContext, delivery: Delivery, parameters: Parameters): Promise<Outcome>;
  /**
   * Resolves doubt: has the delivery with this key arrived? Called with the parameters of the attempt that is in doubt.
   * - `absent` is conclusive: the core will send again. A target that is disturbed or unclear is no proof, so throw
   *   then.
   * - `unknowable`: this target, as the region's parameters describe it, cannot be asked; a person decides.
   */
  find?(
    context: AdapterContext,
    idempotencyKey: string,
    parameters: Parameters,
  ): Promise<Found | 'absent' | 'unknowable'>;
  /** Makes what `deliver` would send, byte for byte, for a preview. Its context reaches no host. */
  render?(context: AdapterContext, delivery: Delivery, parameters: Parameters): Promise<Artifact[]>;
  /** Asks how a delivery stands, after `pending`. Such polls do not count as attempts. It only reads. */
  status?(context: AdapterContext, externalReference: string, parameters: Parameters): Promise<Outcome>;
  /**
   * Tells the target that these replies (their ids) are durable here, so that it may forget them. A target that is not
   * told, because this failed or the worker stopped, sends them again.
   */
  confirm?(context: AdapterContext, replies: string[], parameters: Parameters): Promise<void>;
  /** Earlier major versions that run beside this one. The core fills it in from the folders `v1`, `v2`, … */
  earlier?: FachverfahrenAdapter[];
}

export interface RegisterAdapter {
  manifest: Manifest & { kind: 'register' };
  /** As for a {@link FachverfahrenAdapter}. */
  check(context: AdapterContext, parameters: Parameters): Promise<CheckStep[]>;
  /** Asks the register. Where no answer came the question is asked again, so asking twice must do no harm there. */
  lookup(context: AdapterContext, request: LookupRequest, parameters: Parameters): Promise<LookupOutcome>;
  /** Asks for the answer of a register that answers later, after `pending`. Such polls do not count as attempts. */
  status?(
    context: AdapterContext,
    externalReference: string,
    request: LookupRequest,
    parameters: Parameters,
  ): Promise<LookupOutcome>;
  /** Earlier major versions that run beside this one. The core fills it in from the folders `v1`, `v2`, … */
  earlier?: RegisterAdapter[];
}

export type Adapter = FachverfahrenAdapter | RegisterAdapter;
