import type { Json } from '#submission/vocabulary.js';

/** What can go wrong at a target. `status` answers with it and repeats what it was sent; `elsewhere` redirects to that address. */
export type Trouble =
  | { kind: 'none' | 'down' | 'hang' | 'commit-then-hang' | 'garbage' | 'huge' | 'bomb' }
  | { kind: 'status'; status: number; headers?: Record<string, string> }
  | { kind: 'elsewhere'; url: string };

/** A fake of the adapter's target, on loopback. */
export interface Target {
  /** Parameters by full name that reach it, credentials included. */
  values: Record<string, Json>;
  trouble(trouble: Trouble): void;
  /** Requests that could have changed something, as they arrived. */
  readonly writes: { bytes: Buffer }[];
  /** Every request. */
  readonly requests: { method: string; path: string; headers: Record<string, string | string[] | undefined> }[];
  /** What it has done for good: the idempotency keys, one for each effect. */
  readonly effects: string[];
  close(): Promise<void>;
}

/** What an adapter's author gives to the contract suite. Every adapter folder has a `fixtures.ts` that exports `fixture`. */
export type Fixture =
  | {
      /** Starts the fake. */
      start(): Promise<Target>;
      /** Values that the target refuses, and the full name of the parameter that must be blamed. */
      wrongCredentials: { values: Record<string, Json>; blames: string };
      /** The full name of the parameter that holds the target's address. */
      address: string;
      /** Where the JSON Schema of what it sends lies, in the adapter's folder. */
      schema?: string;
    }
  | {
      /** An adapter that speaks to nobody says so, and why. */
      withoutTarget: string;
      values: Record<string, Json>;
      /** What `deliver` ends in with these values. */
      ends: string;
    };
