import PDFDocument from 'pdfkit';
import { z } from 'zod';
import type { Json } from '#submission/vocabulary.js';
import { compose } from '#xoev/compose.js';

export const boxPlanSchema = z.strictObject({
  /** `decide`: a confirmation at once, the decision later; `return`: what comes is sent back. */
  mode: z.enum(['off', 'decide', 'return']),
  /** From the delivery to the decision. */
  afterSeconds: z.number().min(0).max(86_400).default(5),
  /** What transport reports say (XTA 2.1.1, MessageStatus): 0 open, 1 green, 2 yellow, 3 red. */
  light: z.number().int().min(0).max(3).default(1),
});
export type BoxPlan = z.infer<typeof boxPlanSchema>;

/** A message that was delivered. */
export interface Delivered {
  messageId: string;
  /** DVDV keys. */
  author: string;
  reader: string;
  /** Of the message: `nachrichtenUUID`, and the case that it opens. */
  uuid: string;
  caseId: string;
  at: number;
}

/** A message that lies in a box. */
export interface Lying {
  id: string;
  inReplyTo: string;
  at: number;
  name: string;
  xml: Buffer;
  attachments: { filename: string; type: string; bytes: Buffer }[];
}

const g2g = 'http://xoev.de/schemata/basisnachricht/g2g/1_1';

/** The authority's answers, in XBau-Kernmodul. Plan and boxes are forgotten with a restart. */
export class Boxes {
  plan: BoxPlan = { mode: 'off', afterSeconds: 5, light: 1 };
  readonly #boxes = new Map<string, Lying[]>();

  /** What the plan has to say to a delivery is put into its author's box. */
  async delivered(delivery: Delivered): Promise<void> {
    const { mode, afterSeconds } = this.plan;
    if (mode === 'off') return;
    const answers =
      mode === 'return' ? [returned(delivery)] : [confirmed(delivery), await decided(delivery, afterSeconds)];
    this.#boxes.set(delivery.author, [...this.of(delivery.author), ...answers]);
  }

  of(author: string): Lying[] {
    return this.#boxes.get(author) ?? [];
  }

  /** Those that have arrived by now. */
  arrived(author: string): Lying[] {
    return this.of(author).filter(({ at }) => at <= Date.now());
  }

  close(author: string, ids: string[]): void {
    this.#boxes.set(
      author,
      this.of(author).filter(({ id }) => !ids.includes(id)),
    );
  }
}

function confirmed(delivery: Delivered): Lying {
  const content = { information: { textabsatz: 'Ihr Antrag ist eingegangen und wird geprüft.' } };
  return lying(delivery, 'prozessnachrichten.eingangsbestaetigung.1120', { bezug: aboutIt(delivery), ...content });
}

async function decided(delivery: Delivered, afterSeconds: number): Promise<Lying> {
  const file = `BA-${delivery.messageId.slice(-8).toUpperCase()}`;
  const pdf = await notice(file);
  const bescheid = {
    tenor: { istGenehmigung: 'true', kommentar: { kommentar: { textabsatz: 'Mit Auflagen.' } } },
    rechtshelfsbelehrung: { textabsatz: 'Diesen Bescheid hat der Simulator erfunden. Er gilt nirgends.' },
  };
  const anlage = {
    ...{ bezeichnung: 'Bescheid', datum: new Date(delivery.at).toISOString().slice(0, 10) },
    anlageart: { '@listURI': 'urn:stellwerk:simulator:anlageart', '@listVersionID': '1', code: 'bescheid' },
    mimeType: { '@listURI': 'urn:stellwerk:simulator:mimetype', '@listVersionID': '1', code: 'application/pdf' },
    anhangOderVerlinkung: {
      anhang: { dokumentid: 'urn:stellwerk:simulator:bescheid', dateiname: `Bescheid ${file}.pdf` },
    },
  };
  const content = { bezug: aboutIt(delivery, file), bescheid, anlagen: { anlage } };
  const message = lying(delivery, 'universellerAntrag.bescheid.1205', content, afterSeconds);
  return { ...message, attachments: [{ filename: `Bescheid ${file}.pdf`, type: 'application/pdf', bytes: pdf }] };
}

function returned(delivery: Delivered): Lying {
  const grund = { '@listURI': 'urn:xoev-de:xbau:codeliste:xbau-fehlerkennzahlen', '@listVersionID': '1', code: 'X001' };
  const daten = {
    rueckweisungsgrund: { grund, fehlertext: 'Der Simulator nimmt die Nachricht nicht an.' },
    idNachricht: identification(delivery),
    nachricht: Buffer.from('<nachricht/>').toString('base64'),
  };
  return lying(delivery, 'prozessnachrichten.rueckweisung.G2G.1100', { rueckweisungDaten: daten });
}

const aboutIt = (delivery: Delivered, file?: string): Json => ({
  referenz: delivery.caseId,
  ...(file && { vorgang: file }),
  bezugNachricht: identification(delivery),
});

const identification = ({ uuid, at }: Delivered): Json => ({
  '@xmlns:g': g2g,
  'g:nachrichtenUUID': uuid,
  'g:nachrichtentyp': { code: '1200' },
  'g:erstellungszeitpunkt': new Date(at).toISOString(),
});

/** The authority answers whoever wrote to it. */
function lying(delivery: Delivered, name: string, content: Json, afterSeconds = 0): Lying {
  const at = delivery.at + afterSeconds * 1000;
  const { xml } = compose(
    { [`xbauk:${name}`]: content },
    {
      head: {
        ...{ uuid: crypto.randomUUID(), at: new Date(at) },
        reader: { authority: delivery.author, name: 'Antragsportal' },
        author: { authority: delivery.reader, name: 'Baurechtsbehörde' },
      },
      product: { name: 'Simulator', maker: 'Stellwerk', version: '1' },
      day: new Date(),
    },
  );
  const id = `urn:de:xta:messageid:simulator:${crypto.randomUUID()}`;
  return { id, inReplyTo: delivery.messageId, at, name, xml, attachments: [] };
}

/** An invented notice: one page. */
function notice(file: string): Promise<Buffer> {
  const page = new PDFDocument({ lang: 'de', info: { Title: `Bescheid ${file}`, CreationDate: new Date(0) } });
  const chunks: Buffer[] = [];
  page.on('data', (chunk: Buffer) => chunks.push(chunk));
  page.fontSize(18).text('Baugenehmigung').moveDown();
  page.fontSize(11).text(`Aktenzeichen: ${file}. Erfunden vom Simulator.`);
  page.end();
  return new Promise((resolve) => page.on('end', () => resolve(Buffer.concat(chunks))));
}
