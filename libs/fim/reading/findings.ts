/** What reading a file found: errors refuse it, warnings are shown and kept. */
export interface Finding {
  severity: 'error' | 'warning';
  /** A number of the XDatenfelder message list (XDFM 1.8) where one fits, else a word of ours. */
  code: string;
  /** Key of the element. */
  element?: string;
  /** Path of ids from the root. */
  position?: string;
  /** German. */
  message: string;
}

export type Place = { element?: string; position?: string };

const mostFindings = 500;

/** Collects findings; beyond 500 it only remembers whether one was an error, so that hostile files stay cheap. */
export class Findings {
  readonly all: Finding[] = [];
  private readonly seen = new Set<string>();
  private errors = 0;

  error(code: string, message: string, place: Place = {}): void {
    this.errors++;
    this.add({ severity: 'error', code, ...place, message });
  }

  warn(code: string, message: string, place: Place = {}): void {
    this.add({ severity: 'warning', code, ...place, message });
  }

  get failed(): boolean {
    return this.errors > 0;
  }

  private add(finding: Finding): void {
    const identity = `${finding.code}|${finding.element}|${finding.position}|${finding.message}`;
    if (this.seen.has(identity)) return;
    if (this.all.length >= mostFindings && finding.severity === 'warning') return;
    if (this.all.length >= 2 * mostFindings) return;
    this.seen.add(identity);
    this.all.push(finding);
  }
}

/** Thrown inside a reader for what makes the whole file unreadable; never leaves the library's API. */
export class Unreadable extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
