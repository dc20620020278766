import { InvalidArgumentError, Option } from 'commander';
import { texts } from './texts.js';

/** Options that several commands have. */

export interface JsonOption {
  json?: boolean;
}

/** Parses an option's value: a whole number from 1 to 999999. */
export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(texts.numberFromOne);
}

export function limitOption(): Option {
  return new Option('--limit <zahl>', 'höchstens so viele Zeilen').default(50).argParser(wholeNumber);
}

/** Has no default on purpose: whoever replays decides. */
export function parametersOption(): Option {
  return new Option('--parameters <welche>', 'as-ran: wie beim letzten Versuch; current: die jetzt gültigen')
    .choices(['as-ran', 'current'])
    .makeOptionMandatory();
}
