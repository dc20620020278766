import { printable } from './printable.js';

/** Prints one line for the person at the terminal. */
export function say(sentence: string): void {
  process.stdout.write(`${printable(sentence)}\n`);
}
