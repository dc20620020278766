import type { IncomingHttpHeaders } from 'node:http';
import type { Json } from '#submission/vocabulary.js';

export interface FakeRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The common name of the client's certificate, where the server asked for one. */
  peer?: string;
}

export interface FakeReply {
  status: number;
  headers?: Record<string, string>;
  body?: Json;
  /** Instead of `body`, for a target that does not speak JSON. Name its media type in `headers`. */
  text?: string;
  /** Instead of `body` and `text`. */
  bytes?: Uint8Array;
}

/**
 * What can go wrong at a target, whatever protocol it speaks.
 * - `down` drops connections; `hang` accepts them and falls silent; `commit-then-hang` does the work and never answers.
 * - `commit-then-fail` does the work and says that it failed, as a reverse proxy does that has lost the answer: over
 *   HTTP with this `status`, or 502.
 * - `garbage`, `huge` and `bomb` answer with nonsense, with too much, with an XML entity bomb.
 * - `busy` asks the client to come later; `refuse` finds fault with the data and repeats what it was sent.
 * - `unauthorized` and `forbidden` are about credentials.
 * - `status` and `elsewhere` (a redirect) exist in HTTP only.
 * - What can be `worded` a target may also say in its own words, whatever HTTP has for it: SOAP faults, codes in a 200.
 *   `absent` is then the answer about a key that never arrived.
 */
export type Trouble =
  | { kind: 'none' | AbstractTrouble }
  | { kind: 'commit-then-fail'; status: number }
  | { kind: Worded; says: (request: FakeRequest) => FakeReply }
  | { kind: 'status'; status: number; headers?: Record<string, string> }
  | { kind: 'elsewhere'; url: string };

export const abstractTroubles = [
  'down',
  'hang',
  'commit-then-hang',
  'commit-then-fail',
  'garbage',
  'huge',
  'bomb',
  'busy',
  'refuse',
  'unauthorized',
  'forbidden',
] as const;
export type AbstractTrouble = (typeof abstractTroubles)[number];
export type Worded = 'busy' | 'refuse' | 'unauthorized' | 'forbidden' | 'absent' | 'commit-then-fail';

/** A fake of the adapter's target, on loopback or in a folder of its own. */
export interface Target {
  /** Parameters by full name that reach it, credentials included. */
  values: Record<string, Json>;
  trouble(trouble: Trouble): void;
  /** The folder that `DROP_FOLDER` names while this target runs. */
  readonly dropFolder?: string;
  /** Everything that could have changed the target, in order; the bytes are compared with the artifacts of `render`. */
  readonly writes: { bytes: Buffer }[];
  /** The names of the files that were to be written, where the target is a place for files. */
  readonly names?: string[];
  /** What it has done for good: one idempotency key for each effect. */
  readonly effects: string[];
  /** How many calls it has received: requests, commands, whatever the protocol's unit is. */
  readonly calls: number;
  /**
   * Set by the suite. The target calls it with the call's number after a call was carried out and before it is
   * answered: that is where the suite kills the attempt.
   */
  onCall?: ((n: number) => void) | undefined;
  /** Every request; empty where the protocol is not HTTP. */
  readonly requests: { method: string; path: string; headers: Record<string, string | string[] | undefined> }[];
  close(): Promise<void>;
}
