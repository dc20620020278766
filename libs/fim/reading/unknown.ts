import { keyOf } from '../model.js';
import { texts } from '../texts/findings.js';
import type { Findings, Location } from './findings.js';
import type { XmlNode } from './xml-tree.js';

/** What XDatenfelder 2.0 and 3.0.0 know below each element. Elements that are not named here hold text only. */
// biome-ignore format: a table
const common = [
  'identifikation', 'name', 'bezeichnungEingabe', 'bezeichnungAusgabe', 'beschreibung', 'definition', 'bezug', 'status',
  'freigabestatus', 'statusGesetztAm', 'statusGesetztDurch', 'gueltigAb', 'gueltigBis', 'fachlicherErsteller',
  'versionshinweis', 'freigabedatum', 'veroeffentlichungsdatum', 'letzteAenderung', 'relation', 'stichwort',
];
const coded = ['code', 'name'];
// biome-ignore format: a table
const known = new Map<string, readonly string[]>(Object.entries({
  'xdatenfelder.stammdatenschema.0102': ['header', 'stammdatenschema'],
  'xdatenfelder.datenfeldgruppe.0103': ['header', 'datenfeldgruppe'],
  'xdatenfelder.datenfeld.0104': ['header', 'datenfeld'],
  stammdatenschema: [
    ...common, 'regel', 'bezeichnung', 'hilfetext', 'ableitungsmodifikationenStruktur',
    'ableitungsmodifikationenRepraesentation', 'dokumentsteckbrief', 'struktur',
  ],
  datenfeldgruppe: [...common, 'regel', 'schemaelementart', 'hilfetextEingabe', 'hilfetextAusgabe', 'art', 'struktur'],
  datenfeld: [
    ...common, 'regel', 'schemaelementart', 'hilfetextEingabe', 'hilfetextAusgabe', 'feldart', 'datentyp',
    'praezisierung', 'inhalt', 'vorbefuellung', 'werte', 'codelisteReferenz', 'codeKey', 'nameKey', 'helpKey',
    'maxSize', 'mediaType',
  ],
  regel: [...common, 'freitextRegel', 'typ', 'skript', 'script', 'params', 'targets', 'errors'],
  identifikation: ['id', 'version'],
  struktur: ['anzahl', 'bezug', 'enthaelt'],
  enthaelt: ['datenfeldgruppe', 'datenfeld'],
  werte: ['wert'],
  wert: ['code', 'name', 'hilfe'],
  codelisteReferenz: [
    'identifikation', 'genericodeIdentification', 'canonicalIdentification', 'version', 'canonicalVersionUri',
  ],
  genericodeIdentification: ['canonicalIdentification', 'version', 'canonicalVersionUri'],
  relation: ['praedikat', 'objekt'],
  objekt: ['id', 'version'],
  dokumentsteckbrief: ['id', 'version'],
  status: coded, freigabestatus: coded, schemaelementart: coded, feldart: coded, datentyp: coded, vorbefuellung: coded,
  art: coded, typ: coded, praedikat: coded, ableitungsmodifikationenStruktur: coded,
  ableitungsmodifikationenRepraesentation: coded,
}));
/** Nobody reads what is inside of them. */
const unread = new Set(['header', 'params', 'targets', 'errors']);
/** Elements with an identity; those with a place of their own in a form. */
const identified = new Set(['stammdatenschema', 'datenfeldgruppe', 'datenfeld', 'regel']);
const placed = new Set(['datenfeldgruppe', 'datenfeld']);

/** Reports what the standard does not know, so that nothing is dropped in silence. */
export function reportUnknown(root: XmlNode, findings: Findings): void {
  const walk = (node: XmlNode, around: Location) => {
    if (unread.has(node.name)) return;
    const here = locationOf(node, around);
    const children = known.get(node.name) ?? [];
    for (const child of node.children)
      if (children.includes(child.name)) walk(child, here);
      else {
        const message = texts.file.unknownElement(child.name.slice(0, 60), node.name);
        findings.warn('unknownElement', message, { ...here, line: child.line });
      }
  };
  walk(root, {});
}

function locationOf(node: XmlNode, around: Location): Location {
  if (!identified.has(node.name)) return around;
  const identification = node.children.find((child) => child.name === 'identifikation');
  const textOf = (name: string) =>
    identification?.children
      .find((child) => child.name === name)
      ?.text.trim()
      .slice(0, 40) || undefined;
  const id = textOf('id');
  if (id === undefined) return around;
  const { position: above } = around;
  const position = placed.has(node.name) ? (above === undefined ? id : `${above}.${id}`) : above;
  return { element: keyOf(id, textOf('version')), position };
}
