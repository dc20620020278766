import type { Field, Limits } from '../model.js';
import { texts } from '../texts/validation.js';
import { type Check, Fault, wrongType } from './fault.js';
import { isLatin, isXmlText } from './latin.js';
import { longestMatched, patternCheck } from './pattern-check.js';

/** The longest text of a field without maxLength, in code points. */
const longestText = 100_000;

export function textCheck({ type, limits }: Field): Check {
  const wrong = wrongType(texts.kinds.text);
  const latin = type === 'text_latin';
  const least = limits.minLength ?? 0;
  const most = mostOf(limits);
  const short = new Fault('minLength', texts.minLength(least));
  const long = new Fault('maxLength', texts.maxLength(most));
  const pattern = patternCheck(limits, most);
  return (value) => {
    if (typeof value !== 'string') return wrong;
    let text = value.trim();
    if (text === '') return undefined;
    // NFC makes no text so much shorter that a longer one could still fit.
    if (latin && text.length <= 4 * most) text = text.normalize('NFC');
    if (text.length > most && isLonger(text, most)) return long;
    if (text.length < 2 * least && !isLonger(text, least - 1)) return short;
    if (latin ? !isLatin(text) : !isXmlText(text)) return forbiddenCharacter(text);
    return pattern === undefined || pattern.matches(text) ? text : pattern.fault;
  };
}

/** The first character that may not stand where it stands. A person counts a letter and its marks as one. */
function forbiddenCharacter(text: string): Fault {
  let place = 0;
  for (const { segment } of new Intl.Segmenter('de').segment(text)) {
    place++;
    if (!isXmlText(segment)) return new Fault('charset', texts.controlCharacter(place));
    if (isLatin(segment)) continue;
    const codes = [...segment].map((char) => `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`);
    return new Fault('charset', texts.notLatin(place, codes.slice(0, 4).join(' ')));
  }
  return new Fault('charset', texts.controlCharacter(place));
}

function mostOf({ maxLength, pattern }: Limits): number {
  const longest = pattern === undefined ? Number.POSITIVE_INFINITY : longestMatched;
  return Math.min(maxLength ?? longestText, longest);
}

/** Whether a text has more than `most` code points. One of them is one or two units of a JavaScript string. */
function isLonger(text: string, most: number): boolean {
  if (text.length <= most) return false;
  if (text.length > 2 * most + 1) return true;
  let count = 0;
  for (const _ of text) if (++count > most) return true;
  return false;
}
