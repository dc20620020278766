import { createHash } from 'node:crypto';
import { joints, words } from './words.js';

/** How a task died, as it is recorded. */
export interface Death {
  adapter: string;
  outcome: string | null;
  /** The public reason. */
  reason: string | null;
}

/** Characters of a reason that are looked at, and that its part of the key has at most. */
const [looked, longest] = [2_000, 80];

const quoted = /„[^“”"]*[“”"]|“[^”]*”|»[^«]*«|"[^"]*"|(?<!\p{L})['‚‘][^'‘’]*['‘’](?!\p{L})|`[^`]*`(?!\p{L})/gu;

/**
 * What a dead letter died of, as a key by which lists group and filter: `rest:rejected:das-zielsystem-hat-die-angaben-
 * abgelehnt`. It consists of {@link words} only, so it is the same whatever numbers, dates, ids, quotations and names
 * stand in the reason, and holds nothing personal. A sentence counts once. A long one is cut, and ends with a digest of
 * all its words.
 */
export function causeOf({ adapter, outcome, reason }: Death): string {
  const text = (reason ?? '').slice(0, looked).normalize('NFC').replace(quoted, ' 0 ');
  const sentences = text.split(/(?<=[.!?;:])\s+/u).map((sentence) => ourWords(sentence).map(inAscii).join('-'));
  const said = [...new Set(sentences)].filter(Boolean).join('-');
  return `${adapter}:${outcome ?? '-'}:${bounded(said) || '-'}`;
}

function ourWords(sentence: string): string[] {
  const parts = sentence.split(/\s+/u).flatMap(partsOf);
  return parts.flatMap((part, n) => (words.has(part.toLowerCase()) && !isInName(parts, n) ? part.toLowerCase() : []));
}

/** A token without its punctuation, at its hyphens; what does not consist of letters is no word at all. */
function partsOf(token: string): string[] {
  const word = token.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  return /^\p{L}+(?:-\p{L}+)*$/u.test(word) ? word.split('-') : ['0'];
}

/** Does a joint lie between two parts that are not ours, as in “Rothenburg ob der Tauber”? */
function isInName(parts: string[], at: number): boolean {
  let [from, to] = [at, at];
  while (joints.has(parts[from]!)) from--;
  while (joints.has(parts[to]!)) to++;
  return from < at && to > at && isForeign(parts[from]) && isForeign(parts[to]);
}

const isForeign = (part: string | undefined) => part !== undefined && !words.has(part.toLowerCase());

const letters: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };
const inAscii = (word: string) => word.replace(/[äöüß]/g, (letter) => letters[letter]!);

function bounded(said: string): string {
  if (said.length <= longest) return said;
  const digest = createHash('sha256').update(said).digest('hex').slice(0, 8);
  return `${said.slice(0, longest - digest.length - 1).replace(/-[^-]*$/, '')}~${digest}`;
}
