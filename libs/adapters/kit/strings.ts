import { toPlain } from '#xoev/plain.js';
import { readXml } from '#xoev/read.js';

/** Every text in a JSON value, at any depth; numbers and truth values as text. */
export const stringsIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [String(value)];

/** Every text and attribute in an XML document. */
export const stringsInXml = (xml: string): string[] => stringsIn(toPlain(readXml(xml), { trim: false }));
