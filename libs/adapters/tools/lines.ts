/** Returns the width of a text, in the unit in which the lines' width is given. */
export type Measure = (text: string) => number;

const segmenter = new Intl.Segmenter('de', { granularity: 'grapheme' });

/**
 * Breaks a text at line ends, after spaces, hyphens and slashes, and within words that are wider than a line. Measures
 * each piece once.
 */
export function breakLines(text: string, width: number, measure: Measure): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    let used = 0;
    const finish = () => {
      lines.push(line.trimEnd());
      line = '';
      used = 0;
    };
    for (const piece of paragraph.split(/(?<=[ /-])/).flatMap((word) => fitting(word, width, measure))) {
      if (line !== '' && used + measure(piece.trimEnd()) > width) finish();
      line += piece;
      used += measure(piece);
    }
    finish();
    return lines;
  });
}

/** Splits a word that is wider than a line into parts that are not. Letters keep their combining marks. */
function fitting(word: string, width: number, measure: Measure): string[] {
  if (measure(word.trimEnd()) <= width) return [word];
  const parts = [''];
  let used = 0;
  for (const { segment } of segmenter.segment(word)) {
    const more = measure(segment);
    if (used + more > width) {
      parts.push('');
      used = 0;
    }
    parts[parts.length - 1] += segment;
    used += more;
  }
  return parts.filter(Boolean);
}

const ignorable = /\p{Default_Ignorable_Code_Point}|\p{Cc}/u;

/**
 * Makes a text that can be drawn: NFC, line ends as LF, without invisible characters; a character without a glyph
 * becomes `[U+1F600]`.
 */
export function legible(text: string, hasGlyph: (codePoint: number) => boolean): string {
  const lines = text
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/\t/g, ' ');
  return Array.from(lines, (letter) => {
    const codePoint = letter.codePointAt(0)!;
    if (letter === '\n' || (!ignorable.test(letter) && hasGlyph(codePoint))) return letter;
    return ignorable.test(letter) ? '' : `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;
  }).join('');
}
