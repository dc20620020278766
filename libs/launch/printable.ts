/**
 * The text as a terminal may show it. Removed are control characters, by which text from a portal, a file or a server
 * could write elsewhere on the screen, conceal itself or answer in the reader's name (ECMA-48), and marks that turn the
 * direction of writing. Tabs and line ends stay.
 */
export const printable = (text: string): string =>
  text.replace(/\r(?!\n)|(?![\t\r\n])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');

/** A coloured sign of our own. */
const ownSign = /(\p{Cc}\[3[123]m[✓!✗]\p{Cc}\[39m)/u;

/** From now on this stream writes only what is {@link printable}, and our own coloured signs. */
export function guard(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream) as (chunk: unknown, ...more: unknown[]) => boolean;
  stream.write = (chunk: unknown, ...more: unknown[]) =>
    write(typeof chunk === 'string' ? chunk.split(ownSign).map(shown).join('') : chunk, ...more);
}

/** `String.split` puts what the group matched at every second place. */
const shown = (text: string, n: number) => (n % 2 === 1 ? text : printable(text));
