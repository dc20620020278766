import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import type { Section } from '../contract.js';
import { breakLines, legible } from './lines.js';
import { texts } from './texts.js';

/** A submission for people to read, on paper or on a screen. */
export interface Paper {
  title: string;
  /** Stands below the title: what the submission is about, and its numbers. */
  facts: Section['entries'];
  sections: Section[];
  /** ISO 8601; also becomes the document's creation date. */
  at: string;
}

type Element = PDFKit.PDFStructureElement;
type Weight = 'plain' | 'bold';
interface Style {
  font: Weight;
  size: number;
  color: string;
}

const require = createRequire(import.meta.url);
const fonts = { plain: openFont('DejaVuSansCondensed'), bold: openFont('DejaVuSansCondensed-Bold') };

/** Points: A4, with a left margin wide enough for punched holes. */
const page = { width: 595.28, height: 841.89, left: 64, right: 48, top: 54, bottom: 64 };
const end = page.height - page.bottom;
const bodyWidth = page.width - page.left - page.right;
const column = { label: 160, gap: 14 };
const valueWidth = bodyWidth - column.label - column.gap;
const leading = 1.35;
const padding = 3.2;
const ruleColor = '#d9dde2';

const styles = {
  title: { font: 'bold', size: 17, color: '#14181d' },
  headings: [
    { font: 'bold', size: 12.5, color: '#14181d' },
    { font: 'bold', size: 10.5, color: '#14181d' },
    { font: 'bold', size: 9.5, color: '#4a525c' },
  ],
  label: { font: 'plain', size: 9.5, color: '#4a525c' },
  value: { font: 'plain', size: 9.5, color: '#14181d' },
  small: { font: 'plain', size: 8, color: '#4a525c' },
} as const satisfies Record<string, Style | Style[]>;

/**
 * Writes a tagged PDF in German with embedded fonts, after PDF/UA-1 (ISO 14289-1): headings, and tables of labels and
 * values. The same paper gives the same bytes.
 */
export async function writePdf(paper: Paper): Promise<Buffer> {
  const sheet = new Sheet(paper);
  sheet.heading('H1', paper.title, styles.title);
  sheet.table(paper.facts);
  for (const { heading, level, entries } of paper.sections) {
    const style = styles.headings[Math.min(level, styles.headings.length) - 1]!;
    sheet.heading(`H${Math.min(level, 5) + 1}`, heading, style);
    sheet.table(entries);
  }
  return sheet.finish();
}

/** Writes from top to bottom. Everything drawn is tagged, or marked as an artifact, as PDF/UA demands. */
class Sheet {
  readonly #doc: PDFKit.PDFDocument;
  readonly #root: Element;
  readonly #bytes: Promise<Buffer>;
  readonly #widths = new Map<string, number>();
  readonly #title: string;
  #y = page.top;
  #replaced = false;
  #font: Weight | undefined;

  constructor({ title, at }: Paper) {
    this.#title = title;
    this.#doc = new PDFDocument({
      size: [page.width, page.height],
      margin: 0,
      pdfVersion: '1.7',
      subset: 'PDF/UA' as never,
      tagged: true,
      lang: 'de-DE',
      displayTitle: true,
      bufferPages: true,
      info: { Title: title, Creator: 'Stellwerk', Producer: 'Stellwerk', CreationDate: new Date(at) },
      font: fonts.plain as never,
    });
    this.#bytes = buffer(this.#doc);
    for (const [name, source] of Object.entries(fonts)) this.#doc.registerFont(name, source as never);
    this.#root = this.#doc.struct('Document');
    this.#doc.addStructure(this.#root);
  }

  heading(tag: string, text: string, style: Style): void {
    const lines = this.#lines(text, bodyWidth, style);
    const height = heightOf(lines, style);
    const above = this.#y === page.top ? 0 : style.size * 1.3;
    if (this.#y + above + height + 60 > end) this.#newPage();
    else this.#y += above;
    const element = this.#doc.struct(tag, { title: text });
    this.#root.add(element);
    this.#draw(tag, element, lines, style, page.left);
    this.#y += height + 3;
    if (tag === 'H2') this.#doc.outline.addItem(text);
  }

  /** One row for each entry. A row that fits on a page is never split. */
  table(entries: Section['entries']): void {
    if (entries.length === 0) return;
    const table = this.#doc.struct('Table');
    this.#root.add(table);
    for (const { label, value } of entries) this.#row(table, label, value);
    this.#y += 2;
  }

  async finish(): Promise<Buffer> {
    if (this.#replaced) this.#note(texts.document.replacedCharacters);
    this.#root.end();
    this.#footers();
    this.#doc.end();
    return this.#bytes;
  }

  #row(table: Element, label: string, value: string): void {
    const row = this.#doc.struct('TR');
    const [head, cell] = [this.#doc.struct('TH', { scope: 'Row' } as never), this.#doc.struct('TD')];
    table.add(row);
    row.add(head).add(cell);
    let names = this.#lines(label, column.label, styles.label);
    let values = this.#lines(value, valueWidth, styles.value);
    const height = heightOf(names.length > values.length ? names : values, styles.value) + 2 * padding;
    if (this.#y + height > end && height <= end - page.top) this.#newPage();
    while (names.length > 0 || values.length > 0) {
      const room = Math.floor((end - this.#y - 2 * padding) / heightOf([''], styles.value));
      if (room < 1) {
        this.#newPage();
        continue;
      }
      this.#y += padding;
      const here = { names: names.slice(0, room), values: values.slice(0, room) };
      this.#draw('TH', head, here.names, styles.label, page.left);
      this.#draw('TD', cell, here.values, styles.value, page.left + column.label + column.gap);
      this.#y += heightOf(here.names.length > here.values.length ? here.names : here.values, styles.value) + padding;
      this.#rule();
      names = names.slice(room);
      values = values.slice(room);
    }
  }

  #note(text: string): void {
    const lines = this.#lines(text, bodyWidth, styles.small);
    if (this.#y + 20 + heightOf(lines, styles.small) > end) this.#newPage();
    this.#y += 14;
    const element = this.#doc.struct('P');
    this.#root.add(element);
    this.#draw('P', element, lines, styles.small, page.left);
    this.#y += heightOf(lines, styles.small);
  }

  /** Draws at the current height and leaves that height as it is. */
  #draw(tag: string, element: Element, lines: string[], style: Style, x: number): void {
    if (lines.length === 0) return;
    const content = this.#doc.markStructureContent(tag as never);
    this.#use(style);
    for (const [i, line] of lines.entries())
      this.#doc.text(line, x, this.#y + i * heightOf([''], style), { lineBreak: false });
    this.#doc.endMarkedContent();
    element.add(content as never);
  }

  #rule(): void {
    this.#artifact({ type: 'Layout' }, () =>
      this.#doc
        .moveTo(page.left, this.#y)
        .lineTo(page.left + bodyWidth, this.#y)
        .lineWidth(0.5)
        .stroke(ruleColor),
    );
  }

  #footers(): void {
    const { count } = this.#doc.bufferedPageRange();
    const [title = ''] = this.#lines(this.#title, bodyWidth - 100, styles.small);
    for (let n = 0; n < count; n++) {
      this.#doc.switchToPage(n);
      const number = texts.document.pageNumber(n + 1, count);
      this.#artifact({ type: 'Pagination' }, () => {
        this.#use(styles.small);
        const y = page.height - 40;
        this.#doc.text(title, page.left, y, { lineBreak: false });
        const width = this.#doc.widthOfString(number);
        this.#doc.text(number, page.left + bodyWidth - width, y, { lineBreak: false });
      });
    }
  }

  #artifact(options: { type: string }, draw: () => void): void {
    this.#doc.markContent('Artifact', options as never);
    draw();
    this.#doc.endMarkedContent();
  }

  #newPage(): void {
    this.#doc.addPage();
    this.#y = page.top;
  }

  /** Sets the style, and the font only where it changes: that is what costs time. */
  #use({ font, size, color }: Style): void {
    if (this.#font !== font) this.#doc.font(font);
    this.#font = font;
    this.#doc.fontSize(size).fillColor(color);
  }

  #lines(text: string, width: number, style: Style): string[] {
    this.#use(style);
    const drawable = legible(text, (codePoint) => fonts[style.font].hasGlyphForCodePoint(codePoint));
    this.#replaced ||= /\[U\+/.test(drawable) && !text.includes('[U+');
    return breakLines(drawable, width, (piece) => this.#width(piece, style));
  }

  #width(text: string, { font, size }: Style): number {
    const key = `${font} ${size} ${text}`;
    const known = this.#widths.get(key) ?? this.#doc.widthOfString(text);
    this.#widths.set(key, known);
    return known;
  }
}

interface Font {
  hasGlyphForCodePoint(codePoint: number): boolean;
}

/** Parses a font once per process: pdfkit accepts one that it has opened before, which saves most of the time. */
function openFont(name: string): Font {
  const bytes = readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
  const { _font } = new PDFDocument({ autoFirstPage: false, font: bytes as never }) as unknown as {
    _font: { font: Font };
  };
  return _font.font;
}

const heightOf = (lines: string[], { size }: Style) => lines.length * size * leading;
