import type { Message, Schema, Standard } from './model.js';
import { addRules } from './reading/added-rules.js';
import { checkConsistency } from './reading/consistency.js';
import { ElementReader } from './reading/element-reader.js';
import { type Finding, Findings } from './reading/findings.js';
import { ListBinder } from './reading/list-binder.js';
import type { ReadOptions } from './reading/options.js';
import { SourceNode } from './reading/source-node.js';
import { reportUnknown } from './reading/unknown.js';
import { parseXml, schemaFileLimits, type XmlNode } from './reading/xml-tree.js';
import { texts } from './texts/findings.js';
import { Unreadable } from './unreadable.js';

export type { Finding } from './reading/findings.js';

export interface Reading {
  /** Absent when a finding is an error. */
  model?: Schema;
  findings: Finding[];
}

/**
 * Reads an XDatenfelder 2.0 or 3.0.0 file, message 0102, 0103 or 0104, and the rules beside it. Never throws for what
 * the files hold.
 */
export function readSchema(xml: string | Uint8Array, options: ReadOptions): Reading {
  const findings = new Findings();
  try {
    const model = readMessage(parseXml(xml, schemaFileLimits), options, findings);
    return findings.failed ? { findings: findings.all } : { model, findings: findings.all };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    findings.error(error.code, error.message);
    return { findings: findings.all };
  }
}

const standards = new Map<string, Standard>([
  ['urn:xoev-de:fim:standard:xdatenfelder_2', '2.0'],
  ['urn:xoev-de:fim:standard:xdatenfelder_3.0.0', '3.0.0'],
]);
const messages = new Map<string, Message>([
  ['xdatenfelder.stammdatenschema.0102', '0102'],
  ['xdatenfelder.datenfeldgruppe.0103', '0103'],
  ['xdatenfelder.datenfeld.0104', '0104'],
]);
/** The element of a message that holds what it is about. */
const bodies = { '0102': 'stammdatenschema', '0103': 'datenfeldgruppe', '0104': 'datenfeld' } as const;

function readMessage(root: XmlNode, options: ReadOptions, findings: Findings): Schema {
  const standard = standardOf(root);
  const message = messages.get(root.name);
  if (message === undefined) throw new Unreadable('message', texts.file.message);
  dropForeign(root, root.namespace, findings);
  const source = new SourceNode(root, { standard, findings });
  reportUnknown(root, findings);
  const body = source.one(bodies[message]);
  if (body === undefined) throw new Unreadable('message', texts.file.noBody(bodies[message]));
  const lists = new ListBinder(options, findings);
  const reader = new ElementReader(lists);
  const schema = message === '0102' ? reader.schema(body) : reader.lone(body, message);
  const model: Schema = { ...schema, standard, message, lists: lists.bound };
  checkConsistency(model, findings);
  return options.rules === undefined ? model : { ...model, addedRules: addRules(model, options.rules, findings) };
}

function standardOf(root: XmlNode): Standard {
  const standard = standards.get(root.namespace);
  if (standard !== undefined) return standard;
  const isStandard1 = root.namespace === 'urn:xoev-de:fim:standard:xdatenfelder_1';
  throw new Unreadable('standard', isStandard1 ? texts.file.standard1 : texts.file.standard);
}

/** Leaves only children of the standard's namespace or of none (the coded elements' `code`). */
function dropForeign(node: XmlNode, namespace: string, findings: Findings): void {
  const own = node.children.filter((child) => child.namespace === namespace || child.namespace === '');
  for (const { line } of node.children.filter((child) => !own.includes(child)))
    findings.warn('foreignElement', texts.file.foreignElement(node.name), { line });
  node.children = own;
  for (const child of own) dropForeign(child, namespace, findings);
}
