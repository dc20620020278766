import { dataTypes, type Field, type Input, inputs, type Options } from '../model.js';
import { texts } from '../texts/findings.js';
import { readLimits } from './limits.js';
import type { ListBinder } from './list-binder.js';
import type { SourceNode } from './source-node.js';

/** Reads what only fields have: kind of input, data type, limits, choice of codes. */
export function readField(
  node: SourceNode,
  lists: ListBinder,
): Pick<Field, 'input' | 'type' | 'limits' | 'content' | 'prefill' | 'options'> {
  const input = readCode(node, 'feldart', inputs, () => node.error('1027', texts.field.input)) ?? 'input';
  const type = readCode(node, 'datentyp', dataTypes, () => node.error('1028', texts.field.type)) ?? 'text';
  const options = readOptions(node, input, lists);
  if (input === 'select' && type !== 'text' && type !== 'text_latin') node.warn('1011', texts.field.selectType);
  if (input === 'label' && !['text', 'text_latin', 'obj'].includes(type)) node.warn('1090', texts.field.labelType);
  if (type === 'obj' && input !== 'label') node.warn('1089', texts.field.staticObject);
  return {
    input,
    type,
    limits: readLimits(node, { input, type, hasList: options !== undefined }),
    content: node.text('inhalt'),
    prefill: readPrefill(node),
    options,
  };
}

/** A coded value that must be one of `values`. */
function readCode<T extends string>(
  node: SourceNode,
  name: string,
  values: readonly T[],
  reportUnknown: () => void,
): T | undefined {
  const written = node.code(name);
  const known = values.find((value) => value === written);
  if (known === undefined) reportUnknown();
  return known;
}

function readPrefill(node: SourceNode): Field['prefill'] {
  const written = node.code('vorbefuellung') ?? 'keine';
  if (written === 'keine' || written === 'optional' || written === 'verpflichtend') return written;
  node.error('1030', texts.field.prefill);
  return 'keine';
}

function readOptions(node: SourceNode, input: Input, lists: ListBinder): Options | undefined {
  const values = node.one('werte');
  const reference = node.one('codelisteReferenz');
  if (values === undefined && reference === undefined) {
    if (input === 'select') node.warn('1018', texts.field.selectWithoutList);
    return undefined;
  }
  if (values !== undefined && reference !== undefined) node.warn('1017', texts.field.twoLists);
  if (input !== 'select') node.warn('1017', texts.field.listWithoutSelect);
  if (values !== undefined) return readValues(values);
  return reference && readReference(node, reference, lists);
}

function readValues(node: SourceNode): Options {
  const codes = new Map<string, string>();
  const help = new Map<string, string>();
  for (const value of node.all('wert')) {
    const code = value.text('code');
    if (code === undefined) node.error('1045', texts.field.valueWithoutCode);
    else if (codes.has(code)) node.error('1045', texts.field.valueTwice);
    else codes.set(code, value.text('name') ?? code);
    const note = value.text('hilfe');
    if (code !== undefined && note !== undefined) help.set(code, note);
  }
  if (codes.size === 0) node.error('1044', texts.field.noValues);
  if (codes.size === 1) node.warn('1044', texts.field.oneValue);
  return help.size > 0 ? { codes, help } : { codes };
}

/** 2.0 wraps the URIs in `genericodeIdentification`, 3.0 does not. Without a version the current one is meant. */
function readReference(field: SourceNode, reference: SourceNode, lists: ListBinder): Options | undefined {
  const holder = reference.one('genericodeIdentification') ?? reference;
  const uri = holder.text('canonicalIdentification');
  if (uri === undefined) {
    field.error('1040', texts.list.noUri);
    return undefined;
  }
  if (!/^urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[\x21-\x7e]+$/.test(uri)) field.warn('1048', texts.list.notUrn);
  return lists.resolve(
    {
      uri,
      version: holder.text('version'),
      versionUri: holder.text('canonicalVersionUri'),
      codeKey: field.text('codeKey'),
      nameKey: field.text('nameKey'),
      helpKey: field.text('helpKey'),
    },
    field.location,
  );
}
