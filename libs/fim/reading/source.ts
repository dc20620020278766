import type { Standard } from '../model.js';
import type { Findings, Place } from './findings.js';
import type { Node } from './tree.js';

/** Asks an XDatenfelder tree for its parts and notes what is doubled or unknown. */
export class Source {
  constructor(
    readonly standard: Standard,
    readonly findings: Findings,
  ) {}

  many(node: Node, name: string): Node[] {
    return node.children.filter((child) => child.name === name);
  }

  /** The only child of that name. Empty doubles are a warning, filled ones an error. */
  one(node: Node, name: string, place: Place): Node | undefined {
    const found = this.many(node, name);
    if (found.length < 2) return found[0];
    const filled = found.filter((child) => !isEmpty(child));
    const message = `Das Element „${name}“ kommt mehrfach vor, darf aber nur einmal stehen.`;
    if (filled.length > 1) this.findings.error('duplicate', message, place);
    else this.findings.warn('duplicate', message, place);
    return filled[0] ?? found[0];
  }

  /** Trimmed text, `undefined` when empty. */
  text(node: Node, name: string, place: Place): string | undefined {
    return this.one(node, name, place)?.text.trim() || undefined;
  }

  /** A coded value: `<status><code>aktiv</code></status>`, the `code` with or without namespace. */
  code(node: Node, name: string, place: Place): string | undefined {
    const holder = this.one(node, name, place);
    return holder && this.text(holder, 'code', place);
  }

  /** Whatever the standard does not know at this place is shown, not dropped. */
  known(node: Node, names: ReadonlySet<string>, place: Place): void {
    for (const child of node.children)
      if (!names.has(child.name))
        this.findings.warn(
          'unknownElement',
          `Das Element „${child.name.slice(0, 60)}“ ist unbekannt und wirkt nicht.`,
          place,
        );
  }
}

const isEmpty = (node: Node): boolean =>
  node.text.trim() === '' && Object.keys(node.attributes).length === 0 && node.children.every(isEmpty);
