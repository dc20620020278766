import PDFDocument from 'pdfkit';
import { texts } from '../texts.js';

/** Writes an invented decision as a PDF of one page; the same words give the same bytes. */
export function writeNotice(file: string, heading: string, paragraphs: string[]): Promise<Buffer> {
  const title = texts.notice.title(file);
  const page = new PDFDocument({ lang: 'de', info: { Title: title, CreationDate: new Date(0) } });
  const chunks: Buffer[] = [];
  page.on('data', (chunk: Buffer) => chunks.push(chunk));
  page.fontSize(18).text(heading).moveDown();
  page.fontSize(11);
  for (const paragraph of paragraphs) page.text(paragraph).moveDown();
  page.end();
  return new Promise((resolve) => page.on('end', () => resolve(Buffer.concat(chunks))));
}
