import type { Json } from '#submission/vocabulary.js';
import type { startFake } from './fake.js';

/**
 * What can go wrong at a target, whatever it speaks. `down` drops connections, `hang` accepts and falls silent, `commit-then-hang` does the work and never
 * answers, `garbage`, `huge` and `bomb` answer nonsense, too much, an XML entity bomb; `busy` asks to come later, `refuse` finds the data wrong and repeats
 * what it was sent, `unauthorized` and `forbidden` are about credentials. `status` and `elsewhere` (a redirect) are HTTP's own.
 */
export type Trouble =
  | { kind: 'none' | AbstractTrouble }
  | { kind: 'status'; status: number; headers?: Record<string, string> }
  | { kind: 'elsewhere'; url: string };

export const abstractTroubles = [
  ...(['down', 'hang', 'commit-then-hang', 'garbage', 'huge', 'bomb'] as const),
  ...(['busy', 'refuse', 'unauthorized', 'forbidden'] as const),
];
export type AbstractTrouble = (typeof abstractTroubles)[number];

/** A fake of the adapter's target, on loopback or in a folder of its own. */
export interface Target {
  /** Parameters by full name that reach it, credentials included. */
  values: Record<string, Json>;
  trouble(trouble: Trouble): void;
  /** The folder that `DROP_FOLDER` names meanwhile. */
  readonly dropFolder?: string;
  /** What arrived for good or could have, in order: bytes that compare with the artifacts of `render`. */
  readonly writes: { bytes: Buffer }[];
  /** What it has done for good: the idempotency keys, one for each effect. */
  readonly effects: string[];
  /** Calls it has got: requests, commands, whatever the protocol's unit is. */
  readonly calls: number;
  /** Set by the suite. Call it with the call's number after the call was done and before it is answered: there the suite kills. */
  onCall?: ((n: number) => void) | undefined;
  /** Every request; empty where the protocol is not HTTP. */
  readonly requests: { method: string; path: string; headers: Record<string, string | string[] | undefined> }[];
  close(): Promise<void>;
}

/** What arrived, taken apart. */
export interface Unpacked {
  /** All texts, decoded, in any order. */
  texts: string;
  /** The attachments' bytes. */
  files: Buffer[];
}

export interface TargetFixture {
  /** Default `http`: then the suite also tries statuses, redirects and TLS. */
  protocol?: 'http' | 'other';
  /** Starts the fake. The suite hands in its tools, so that a package need not import them. */
  start(kit: { startFake: typeof startFake }): Promise<Target>;
  /** The full name of the parameter that holds the target's host or URL. */
  address: string;
  /** Values with which nobody listens. Default: `address` is `http://127.0.0.1:9`. */
  unreachable?: Record<string, Json>;
  /** Values that the target refuses, and the full name of the parameter that must be blamed. */
  wrongCredentials: { values: Record<string, Json>; blames: string };
  /** The full name of the parameter that takes another authority's certificate (PEM), if there is one. */
  authority?: string;
  /** What a register is asked about; it knows it. Default: an invented person. */
  subject?: Json;
  /** Where the JSON Schema of what it sends lies, beside the fixture. */
  schema?: string;
  /** Takes apart what arrived. Default: JSON documents, with attachments as `contentBase64`. */
  unpack?(writes: Buffer[]): Unpacked | Promise<Unpacked>;
  /** For each part that the manifest declares volatile: where it is in what is sent (bytes as latin1). */
  volatile?: Record<string, RegExp>;
  /** The troubles that the target knows. Default: all. For each one missing, `cannot` says why. */
  troubles?: AbstractTrouble[];
  /** What cannot be tried, and why: a trouble, `attachments` (it sends none), `large` (20 MiB are refused before anything is sent). */
  cannot?: Record<string, string>;
}

/**
 * What an adapter's author gives to the contract suite: `fixtures.ts` beside `adapter.ts` exports `fixture`, or `fixtures`, by name, where the adapter
 * reaches its target in several ways.
 */
export type Fixture =
  | TargetFixture
  | {
      /** An adapter that speaks to nobody says so, and why. */
      withoutTarget: string;
      values: Record<string, Json>;
      /** What `deliver` ends in with these values. */
      ends: string;
    };
