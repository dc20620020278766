/** One line of the diagnosis. `fault`: something is wrong. `hint`: it works, but a person should look. */
export interface Finding {
  about: string;
  state: 'ok' | 'hint' | 'fault';
  text: string;
}

export const ok = (about: string, text: string): Finding => ({ about, state: 'ok', text });
export const hint = (about: string, text: string): Finding => ({ about, state: 'hint', text });
export const fault = (about: string, text: string): Finding => ({ about, state: 'fault', text });

/** Where the server to examine is, and which setting says so. */
export interface ServerToExamine {
  /** Undefined: there never was one. */
  url: string | undefined;
  /** For people: the name of the setting, or the data folder. */
  from: string;
}
