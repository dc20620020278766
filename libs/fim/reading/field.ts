import { type DataType, dataTypes, type Field, type Input, inputs, type Options } from '../model.js';
import type { ListBinder } from './bind.js';
import type { Place } from './findings.js';
import { readLimits } from './limits.js';
import type { Source } from './source.js';
import type { Node } from './tree.js';

type Own = Pick<Field, 'input' | 'type' | 'limits' | 'content' | 'prefill' | 'options'>;

/** Reads what only fields have: kind of input, data type, limits, choice of codes. */
export function readField(node: Node, source: Source, lists: ListBinder, place: Place): Own {
  const input = coded<Input>(node, 'feldart', inputs, source, '1027', 'Die Feldart', place) ?? 'input';
  const type = coded<DataType>(node, 'datentyp', dataTypes, source, '1028', 'Der Datentyp', place) ?? 'text';
  const options = readOptions(node, input, source, lists, place);
  if (input === 'select' && type !== 'text' && type !== 'text_latin')
    source.findings.warn('1011', 'Ein Auswahlfeld sollte den Datentyp Text haben.', place);
  if (input === 'label' && !['text', 'text_latin', 'obj'].includes(type))
    source.findings.warn('1090', 'Ein statisches Feld sollte Text oder ein statisches Objekt sein.', place);
  if (type === 'obj' && input !== 'label')
    source.findings.warn('1089', 'Ein statisches Objekt trägt keine Daten; das Feld nimmt keine Eingabe an.', place);
  return {
    input,
    type,
    limits: readLimits(node, source, { input, type, listed: options !== undefined }, place),
    content: source.text(node, 'inhalt', place),
    prefill: readPrefill(node, source, place),
    options,
  };
}

function coded<T extends string>(
  node: Node,
  name: string,
  values: readonly T[],
  source: Source,
  code: string,
  what: string,
  place: Place,
): T | undefined {
  const written = source.code(node, name, place);
  const known = values.find((value) => value === written);
  if (known === undefined) source.findings.error(code, `${what} fehlt oder ist unbekannt.`, place);
  return known;
}

function readPrefill(node: Node, source: Source, place: Place): Field['prefill'] {
  const written = source.code(node, 'vorbefuellung', place);
  if (written === undefined || written === 'keine' || written === 'optional' || written === 'verpflichtend')
    return written ?? 'keine';
  source.findings.error('1030', 'Die Vorbefüllungsart ist unbekannt.', place);
  return 'keine';
}

function readOptions(node: Node, input: Input, source: Source, lists: ListBinder, place: Place): Options | undefined {
  const inline = source.one(node, 'werte', place);
  const reference = source.one(node, 'codelisteReferenz', place);
  if (inline === undefined && reference === undefined) {
    if (input === 'select')
      source.findings.warn('1018', 'Dem Auswahlfeld ist keine Liste zugeordnet; jeder Text wird angenommen.', place);
    return undefined;
  }
  if (inline !== undefined && reference !== undefined)
    source.findings.warn('1017', 'Das Feld hat eine Werteliste und eine Codeliste; es gilt die Werteliste.', place);
  if (input !== 'select')
    source.findings.warn('1017', 'Das Feld hat eine Liste, ist aber kein Auswahlfeld; die Liste gilt trotzdem.', place);
  return inline === undefined
    ? readReference(node, reference!, source, lists, place)
    : readInline(inline, source, place);
}

function readInline(node: Node, source: Source, place: Place): Options {
  const codes = new Map<string, string>();
  const help = new Map<string, string>();
  for (const value of source.many(node, 'wert')) {
    const code = source.text(value, 'code', place);
    if (code === undefined) source.findings.error('1045', 'Ein Wert der Werteliste hat keinen Code.', place);
    else if (codes.has(code)) source.findings.error('1045', 'Ein Code kommt in der Werteliste zweimal vor.', place);
    else codes.set(code, source.text(value, 'name', place) ?? code);
    const note = source.text(value, 'hilfe', place);
    if (code !== undefined && note !== undefined) help.set(code, note);
  }
  if (codes.size === 0) source.findings.error('1044', 'Die Werteliste ist leer.', place);
  if (codes.size === 1) source.findings.warn('1044', 'Die Werteliste hat nur einen Eintrag.', place);
  return help.size > 0 ? { codes, help } : { codes };
}

/** 2.0 wraps the URIs in `genericodeIdentification`, 3.0 does not; a missing version asks for the current one. */
function readReference(
  node: Node,
  reference: Node,
  source: Source,
  lists: ListBinder,
  place: Place,
): Options | undefined {
  const holder = source.one(reference, 'genericodeIdentification', place) ?? reference;
  const uri = source.text(holder, 'canonicalIdentification', place);
  if (uri === undefined) {
    source.findings.error('1040', 'Die Kennung der Codeliste ist leer.', place);
    return undefined;
  }
  if (!/^urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[\x21-\x7e]+$/.test(uri))
    source.findings.warn('1048', 'Die Kennung der Codeliste ist keine gültige URN.', place);
  const version = source.text(holder, 'version', place);
  const versionUri = source.text(holder, 'canonicalVersionUri', place);
  const [codeKey, nameKey, helpKey] = ['codeKey', 'nameKey', 'helpKey'].map((name) => source.text(node, name, place));
  return lists.resolve({ uri, version, versionUri, codeKey, nameKey, helpKey }, place);
}
