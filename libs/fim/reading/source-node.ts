import type { Standard } from '../model.js';
import { texts } from '../texts/findings.js';
import type { Findings, Location } from './findings.js';
import type { XmlNode } from './xml-tree.js';

/** A node of an XDatenfelder file. It reports what is doubled or unknown, as a finding at its location. */
export class SourceNode {
  constructor(
    private readonly node: XmlNode,
    private readonly file: { standard: Standard; findings: Findings },
    /** Findings name it. Children have it too. */
    readonly location: Location = {},
  ) {}

  get standard(): Standard {
    return this.file.standard;
  }

  /** The node's own text, trimmed. */
  get content(): string {
    return this.node.text.trim();
  }

  get attributes(): Record<string, string> {
    return this.node.attributes;
  }

  /** The same node; its findings name another location. */
  at(location: Location): SourceNode {
    return new SourceNode(this.node, this.file, location);
  }

  /** The children of that name. */
  all(name: string): SourceNode[] {
    return this.named(name).map((child) => this.wrap(child));
  }

  /** The only child of that name. Empty doubles are a warning, filled ones an error. */
  one(name: string): SourceNode | undefined {
    const found = this.named(name);
    const chosen = found.length > 1 ? this.chooseOne(found) : found[0];
    return chosen && this.wrap(chosen);
  }

  private chooseOne(doubles: XmlNode[]): XmlNode | undefined {
    const [first] = doubles;
    const filled = doubles.filter((child) => !isEmpty(child));
    const message = texts.file.duplicate(first?.name ?? '');
    if (filled.length > 1) this.error('duplicate', message);
    else this.warn('duplicate', message);
    return filled[0] ?? first;
  }

  private named(name: string): XmlNode[] {
    return this.node.children.filter((child) => child.name === name);
  }

  private wrap(child: XmlNode): SourceNode {
    return new SourceNode(child, this.file, this.location);
  }

  /** Trimmed text of the child of that name; `undefined` when empty. */
  text(name: string): string | undefined {
    return this.one(name)?.content || undefined;
  }

  /** A coded value: `<status><code>aktiv</code></status>`, the `code` with or without namespace. */
  code(name: string): string | undefined {
    return this.one(name)?.text('code');
  }

  error(code: string, message: string): void {
    this.file.findings.error(code, message, this.location);
  }

  warn(code: string, message: string): void {
    this.file.findings.warn(code, message, this.location);
  }
}

const isEmpty = (node: XmlNode): boolean =>
  node.text.trim() === '' && Object.keys(node.attributes).length === 0 && node.children.every(isEmpty);
