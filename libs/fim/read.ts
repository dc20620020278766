import { type Edge, type Message, positions, type Schema, type Standard } from './model.js';
import { ListBinder } from './reading/bind.js';
import { checkContents } from './reading/content.js';
import { ElementReader } from './reading/element.js';
import { type Finding, Findings, type Place, Unreadable } from './reading/findings.js';
import type { ReadOptions } from './reading/options.js';
import { Source } from './reading/source.js';
import { type Node, parseTree } from './reading/tree.js';
import { checkRulePaths } from './rules/paths.js';

export type { Finding } from './reading/findings.js';

export interface Reading {
  /** Absent when a finding is an error. */
  model?: Schema;
  findings: Finding[];
}

const limits = { size: 16_000_000, count: 400_000 };

const standards = new Map<string, Standard>([
  ['urn:xoev-de:fim:standard:xdatenfelder_2', '2.0'],
  ['urn:xoev-de:fim:standard:xdatenfelder_3.0.0', '3.0.0'],
]);
const messages = new Map<string, Message>([
  ['xdatenfelder.stammdatenschema.0102', '0102'],
  ['xdatenfelder.datenfeldgruppe.0103', '0103'],
  ['xdatenfelder.datenfeld.0104', '0104'],
]);
const bodies = { '0102': 'stammdatenschema', '0103': 'datenfeldgruppe', '0104': 'datenfeld' } as const;

/** Reads an XDatenfelder 2.0 or 3.0.0 file, message 0102, 0103 or 0104. Never throws for what the file holds. */
export function readSchema(xml: string | Uint8Array, options: ReadOptions): Reading {
  const findings = new Findings();
  try {
    const model = readRoot(parseTree(xml, limits), options, findings);
    return findings.failed ? { findings: findings.all } : { model, findings: findings.all };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    findings.error(error.code, error.message);
    return { findings: findings.all };
  }
}

function readRoot(root: Node, options: ReadOptions, findings: Findings): Schema {
  const standard = standardOf(root);
  const message = messages.get(root.name);
  if (message === undefined)
    throw new Unreadable(
      'message',
      'Die Datei ist keine der Nachrichten 0102 (Stammdatenschema), 0103 (Datenfeldgruppe) oder 0104 (Datenfeld).',
    );
  keepOwn(root, root.namespace, findings);
  const source = new Source(standard, findings);
  source.known(root, new Set(['header', bodies[message]]), {});
  const body = source.one(root, bodies[message], {});
  if (body === undefined) throw new Unreadable('message', `In der Datei fehlt das Element „${bodies[message]}“.`);
  const lists = new ListBinder(options, findings);
  const reader = new ElementReader(source, lists);
  const schema = message === '0102' ? reader.schema(body) : wrap(reader.lone(body, message));
  const model: Schema = { ...schema, standard, message, lists: lists.bound };
  checkVersions(model, findings);
  checkContents(model, findings);
  checkRulePaths(model, findings);
  return model;
}

function standardOf(root: Node): Standard {
  const standard = standards.get(root.namespace);
  if (standard !== undefined) return standard;
  if (root.namespace === 'urn:xoev-de:fim:standard:xdatenfelder_1')
    throw new Unreadable(
      'standard',
      'Die Datei ist in XDatenfelder 1 geschrieben. Diese Fassung wird nicht gelesen; bitte als XDatenfelder 2.0 oder 3.0.0 neu exportieren.',
    );
  throw new Unreadable('standard', 'Der Namensraum der Datei ist weder XDatenfelder 2.0 noch XDatenfelder 3.0.0.');
}

/** Leaves only children of the standard's namespace or of none (the coded elements' `code`). */
function keepOwn(node: Node, namespace: string, findings: Findings): void {
  const own = node.children.filter((child) => child.namespace === namespace || child.namespace === '');
  if (own.length < node.children.length)
    findings.warn('foreignElement', `In „${node.name}“ stehen Elemente eines fremden Namensraums; sie wirken nicht.`);
  node.children = own;
  for (const child of own) keepOwn(child, namespace, findings);
}

/** A lone group or field becomes a schema with that one position. */
function wrap(edge: Edge): Omit<Schema, 'standard' | 'message' | 'lists'> {
  const { id, version, key, name, label, references, status, relations } = edge.element;
  return { kind: 'schema', id, version, key, name, label, references, status, relations, rules: [], edges: [edge] };
}

function checkVersions(model: Schema, findings: Findings): void {
  const first = new Map<string, string>();
  for (const { edge, path } of positions(model)) {
    const { id, key } = edge.element;
    const place: Place = { element: key, position: path };
    const other = first.get(id);
    if (other === undefined) first.set(id, key);
    else if (other !== key)
      findings.warn('1003', `Das Element kommt in mehreren Fassungen vor: ${other} und ${key}.`, place);
  }
}
