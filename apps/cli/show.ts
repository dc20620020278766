import Table from 'cli-table3';

/** Prints `answer` as JSON where `--json` was asked for, else as `text` says. */
export function show<T>(answer: T, options: { json?: boolean }, text: (answer: T) => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(answer, null, 2) : text(answer)}\n`);
}

/**
 * A table without the columns that are empty throughout; an empty string where nothing is left. In a terminal that is
 * too narrow, the widest column is wrapped.
 */
export function table(head: readonly string[], rows: (string | number | null)[][]): string {
  const used = head.map((_, n) => rows.some((row) => (row[n] ?? '') !== ''));
  const keep = <T>(cells: readonly T[]) => cells.filter((_, n) => used[n]);
  const cells = rows.map((row) => keep(row).map((cell) => String(cell ?? '')));
  if (cells.length === 0) return '';
  const titles = keep(head);
  const colWidths = fitted(titles.map((title, n) => Math.max(...[title, ...cells.map((row) => row[n]!)].map(widthOf))));
  const made = new Table({ head: titles, colWidths, wordWrap: true, style: { head: [], border: [], compact: true } });
  made.push(...cells);
  return made.toString();
}

function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

/** Widths with padding. The widest column gives way to the terminal, down to 20 characters. */
function fitted(natural: number[]): number[] {
  const widths = natural.map((width) => width + 2);
  const excess =
    widths.reduce((sum, width) => sum + width + 1, 1) - (process.stdout.columns ?? Number.POSITIVE_INFINITY);
  const widest = widths.indexOf(Math.max(...widths));
  return widths.map((width, n) => (n === widest && excess > 0 ? Math.max(20, width - excess) : width));
}

/** Name and value, one pair a line; pairs with an empty value are left out. */
export function facts(pairs: (readonly [string, string | number | null | undefined])[]): string {
  const given = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(...given.map(([name]) => name.length)) + 2;
  return given.map(([name, value]) => `${`${name}:`.padEnd(width)}${value}`).join('\n');
}

/** Blocks with an empty line between them; empty ones are left out. */
export function blocks(...texts: string[]): string {
  return texts.filter(Boolean).join('\n\n');
}
