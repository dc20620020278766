import type { Json } from '#submission/vocabulary.js';

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
