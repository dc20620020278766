import { isJsonObject, type Json } from '../json.js';
import type { Field } from '../model.js';
import { texts } from '../texts/validation.js';
import { boundOf, type Check, Fault, wrongType } from './fault.js';
import { isXmlText } from './latin.js';

/** What an instance says about an attachment, whose bytes travel apart. */
interface Attachment {
  [key: string]: Json;
  attachmentId: string;
  filename: string;
  mimetype: string;
  /** Bytes. */
  size: number;
}
const attachmentKeys = 4;

export function fileCheck({ limits }: Field): Check {
  const wrong = wrongType(texts.kinds.file);
  const types = limits.mediaTypes ?? [];
  const otherType = new Fault('mediaType', texts.mediaType(types));
  const maxSize = boundOf(limits.maxSize, 'maxSize', texts.maxSize);
  return (value) => {
    if (!isJsonObject(value)) return value === '' ? undefined : wrong;
    const keys = Object.keys(value).length;
    if (keys === 0) return undefined;
    if (keys !== attachmentKeys || !isAttachment(value)) return wrong;
    if (types.length > 0 && !types.some((type) => allows(type, value.mimetype))) return otherType;
    return maxSize !== undefined && value.size > maxSize.limit ? maxSize.fault : value;
  };
}

const isAttachment = (value: Json): value is Attachment =>
  isJsonObject(value) &&
  [value['attachmentId'], value['filename'], value['mimetype']].every(isFilled) &&
  typeof value['size'] === 'number' &&
  Number.isSafeInteger(value['size']) &&
  value['size'] >= 0;

const isFilled = (text: Json | undefined) => typeof text === 'string' && text !== '' && isXmlText(text);

/** Media types are compared without parameters and case; `image/*` allows every image. */
function allows(allowed: string, mimetype: string): boolean {
  const [type = ''] = mimetype.toLowerCase().split(';', 1);
  return allowed === type.trim() || (allowed.endsWith('/*') && type.startsWith(allowed.slice(0, -1)));
}
