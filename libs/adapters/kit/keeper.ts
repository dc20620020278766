import type { AbstractTrouble } from './target.js';

/** Who may log in to a file server of ours, where that leads, and what goes wrong there. */
export interface Keeper {
  /** Undefined: nobody knows this user. */
  login(user: string): Login | undefined;
  /** What goes wrong now. `arrive` renames to a name without a dot in front; `connect` comes before the user is known. */
  trouble(action: Action, login?: Login, name?: string): AbstractTrouble | 'slow' | 'none';
  /** A file has its final name. Resolves when that is kept. */
  arrived(login: Login, name: string): Promise<void>;
  /** After a command was done, before it is answered. */
  called?(): void;
}

export type Action = 'connect' | 'login' | 'read' | 'write' | 'arrive';

export interface Login {
  user: string;
  password: string;
  /** OpenSSH's one-line format. */
  publicKey?: string;
  /** On this host; it exists. */
  folder: string;
}

/** Milliseconds that a slow server takes. */
export const slowness = 5_000;
