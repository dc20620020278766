import type { Json } from '#submission/vocabulary.js';
import type { startFake } from './fake.js';
import type { AbstractTrouble, FakeReply, FakeRequest, Target, Worded } from './target.js';

/** What arrived at a target, taken apart. */
export interface Unpacked {
  /** All texts, decoded, in any order. */
  texts: string;
  /** The attachments' bytes. */
  files: Buffer[];
}

/** How the suite reaches the target of an adapter, and what cannot be tried there. */
export interface TargetFixture {
  /** With `http`, the default, the suite also tries statuses, redirects and TLS. */
  protocol?: 'http' | 'other';
  /** Starts the target. The suite hands in its tools, so that a package need not import them. */
  start(kit: { startFake: typeof startFake }): Promise<Target>;
  /** The full name of the parameter that holds the target's host or URL. */
  address: string;
  /** Values with which nobody listens. Default: `address` is `http://127.0.0.1:9`. */
  unreachable?: Record<string, Json>;
  /** Values that the target refuses, and the full name of the parameter that must be blamed. */
  wrongCredentials: { values: Record<string, Json>; blames: string };
  /** The full name of the parameter that takes another authority's certificate (PEM), if there is one. */
  authority?: string;
  /** How a target over HTTP says it in its own words. The suite tries them beside HTTP's. */
  words?: Partial<Record<Worded, (request: FakeRequest) => FakeReply>>;
  /** What a register is asked about; the register knows it. Default: an invented person. */
  subject?: Json;
  /** Name of a file beside the fixture: the JSON Schema of what is sent. */
  schema?: string;
  /** Takes apart what arrived. Default: JSON documents, with attachments as `contentBase64`. */
  unpack?(writes: Buffer[]): Unpacked | Promise<Unpacked>;
  /** For each part that the manifest declares volatile, where it stands in what is sent (bytes as latin1). */
  volatile?: Record<string, RegExp>;
  /** The troubles that the target can have. Default: all. For each one that is missing, `cannot` gives the reason. */
  troubles?: AbstractTrouble[];
  /**
   * What cannot be tried, with the reason in German, which stands on the report: a trouble, a parameter by its full
   * name, `attachments` (the adapter sends none), `large` (20 MiB are refused before anything is sent).
   */
  cannot?: Record<string, string>;
}

/**
 * What an adapter's author gives to the contract suite. `fixtures.ts` beside `adapter.ts` exports `fixture`, or
 * `fixtures` by name where the adapter reaches its target in several ways.
 */
export type Fixture =
  | TargetFixture
  | {
      /** Why the adapter speaks to nobody; German, as it stands on the report. */
      withoutTarget: string;
      values: Record<string, Json>;
      /** The outcome in which `deliver` ends with these values. */
      ends: string;
    };
