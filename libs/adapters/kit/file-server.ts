import type { AbstractTrouble } from './target.js';

/**
 * What stands behind a fake file server (`sftp.ts`, `webdav.ts`): who may log in, which folder that opens, what fails.
 */
export interface FileServerBackend {
  /** Undefined for an unknown user. */
  login(user: string): Login | undefined;
  /** What goes wrong with this action. `name`: of the file, without its path. */
  trouble(action: Action, login?: Login, name?: string): AbstractTrouble | 'slow' | 'none';
  /** Called when a file has got its final name. The client is answered once this resolves. */
  arrived(login: Login, name: string): Promise<void>;
  /** Called after a command was carried out and before it is answered. */
  called?(): void;
}

/** `connect` comes before the user is known. `arrive` renames a file to a name without a dot in front. */
export type Action = 'connect' | 'login' | 'read' | 'write' | 'arrive';

export interface Login {
  user: string;
  password: string;
  /** OpenSSH's one-line format. */
  publicKey?: string;
  /** On this host; it exists. */
  folder: string;
}

/** Milliseconds that a `slow` server takes for an answer. */
export const slowness = 5_000;
