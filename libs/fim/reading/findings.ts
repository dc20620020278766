/** What reading a file found: errors refuse it, warnings are shown and kept. */
export interface Finding extends Location {
  severity: 'error' | 'warning';
  /** A number of the XDatenfelder message list (XDFM 1.8) where one fits, else a word of ours. */
  code: string;
  /** German. */
  message: string;
}

export interface Location {
  /** Key of the element. */
  element?: string;
  /** Path of ids from the root. */
  position?: string;
  /** In the file, from 1. */
  line?: number;
  /** The file is that of added rules, not the schema's. */
  file?: 'rules';
}

const mostFindings = 500;

/** Collects findings. After 500 it keeps only errors, after 1,000 nothing more: hostile files stay cheap. */
export class Findings {
  readonly all: Finding[] = [];
  private readonly seen = new Set<string>();
  private errors = 0;

  error(code: string, message: string, location: Location = {}): void {
    this.errors++;
    this.add({ severity: 'error', code, ...location, message });
  }

  warn(code: string, message: string, location: Location = {}): void {
    this.add({ severity: 'warning', code, ...location, message });
  }

  /** Whether one of them was an error. */
  get failed(): boolean {
    return this.errors > 0;
  }

  private add(finding: Finding): void {
    const { code, element, position, line, file, message } = finding;
    const identity = `${code}|${element}|${position}|${line}|${file}|${message}`;
    if (this.seen.has(identity)) return;
    if (this.all.length >= mostFindings && finding.severity === 'warning') return;
    if (this.all.length >= 2 * mostFindings) return;
    this.seen.add(identity);
    this.all.push(finding);
  }
}
