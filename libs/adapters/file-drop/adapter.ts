import type { AdapterContext, CheckStep, FachverfahrenAdapter } from '../contract.js';
import { encode, Unwritable } from '../formats.js';
import { files, type Sealed, seal } from './message.js';
import { Obstacle } from './obstacle.js';
import { type Given, missing, parameters } from './parameters.js';
import { openPlace, type Place, steps } from './place.js';

export const adapter: FachverfahrenAdapter = {
  manifest: {
    contract: 1,
    id: 'file-drop',
    version: '1.0.0',
    kind: 'fachverfahren',
    title: 'Dateiablage',
    summary: 'Legt Sendungen als XML, CSV oder JSON mit ihren Anlagen in einem Ordner, per SFTP oder per WebDAV ab.',
    accepts: ['*'],
    protocols: ['Dateisystem', 'SFTP', 'WebDAV'],
    capabilities: { find: true, render: true, status: false, idempotentTarget: true },
    formats: ['json', 'xml', 'csv'],
    parameters,
    dataCategories: ['Angaben der antragstellenden Person', 'Angaben zur beantragten Leistung', 'Anlagen'],
    legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO in Verbindung mit dem Fachrecht der Leistung',
  },

  async check(context, values) {
    const given = parameters.parse(values);
    const absent = missing(given);
    if (absent) return [{ step: 'parameters', ok: false, message: incomplete, parameter: absent }];
    const complete = { step: 'parameters', ok: true, message: 'Die Parameter sind vollständig.' };
    const failed = await visit(context, given, async (place) => {
      await place.probe();
      return undefined;
    }).catch((error) => {
      if (error instanceof Obstacle) return error;
      throw error;
    });
    return [complete, ...walked(given, failed)];
  },

  async deliver(context, delivery, values) {
    const given = parameters.parse(values);
    const absent = missing(given);
    if (absent) return { kind: 'misconfigured', parameter: absent, reason: { public: incomplete } };
    const key = context.idempotencyKey;
    try {
      const fresh = seal(key, delivery);
      return await visit(context, given, async (place) => {
        if (!(await arrived(place, key))) {
          const sealed = (await context.checkpoint('send', fresh)) as Sealed;
          await drop(place, key, sealed, delivery.attachments);
        }
        return { kind: 'delivered', externalReference: key };
      });
    } catch (error) {
      if (error instanceof Unwritable) return { kind: 'rejected', reasons: [{ public: error.message }] };
      if (error instanceof Obstacle) return error.outcome;
      throw error;
    }
  },

  async find(context, idempotencyKey, values) {
    const given = parameters.parse(values);
    return visit(context, given, async (place) => {
      await place.probe(); // a folder that is away proves nothing
      return (await arrived(place, idempotencyKey)) ? { externalReference: idempotencyKey } : 'absent';
    });
  },

  async render(context, delivery) {
    const { mimetype } = encode(delivery.message, delivery.format);
    const sealed = seal(context.idempotencyKey, delivery);
    const types = [...delivery.attachments.map((attachment) => attachment.mimetype), mimetype];
    const artifacts = [];
    for await (const file of files(sealed, delivery.attachments))
      artifacts.push({ ...file, mimetype: types[artifacts.length]! });
    return artifacts;
  },
};

const incomplete = 'Für die gewählte Ablage fehlt dieser Parameter.';
const aside = (name: string) => `.${name}.part`;
const receipt = (key: string) => `.${key}.sent`;
/** Whatever its format, the message is under way by this name. */
const underWay = (key: string) => aside(key);

/**
 * Everything is written aside, then renamed, the message last: whoever sees it sees everything. The receipt is written before that last rename and stays. So a receipt
 * without a message under way proves that the message appeared, also after somebody has taken it away.
 */
async function drop(
  place: Place,
  key: string,
  sealed: Sealed,
  attachments: Parameters<typeof files>[1],
): Promise<void> {
  const names: string[] = [];
  for await (const { name, bytes } of files(sealed, attachments)) {
    const isMessage = name === sealed.name;
    const from = isMessage ? underWay(key) : aside(name);
    await place.write(from, bytes);
    names.push(name);
    if (isMessage) await place.write(receipt(key), Buffer.from(`${names.join('\n')}\n`));
    await place.rename(from, name);
  }
}

/** Whether the message has appeared. */
async function arrived(place: Place, key: string): Promise<boolean> {
  return (await place.size(receipt(key))) !== undefined && (await place.size(underWay(key))) === undefined;
}

async function visit<T>(context: AdapterContext, given: Given, work: (place: Place) => Promise<T>): Promise<T> {
  const place = await openPlace(context, given);
  return work(place).finally(() => place.close());
}

const words = {
  connect: 'Das Zielsystem antwortet.',
  hostKey: 'Der Rechner ist der, der er sein soll.',
  authenticate: 'Die Zugangsdaten werden angenommen.',
  directory: 'Der Ordner ist da.',
};

/** The steps up to the one that failed. */
function walked({ place }: Given, failed: Obstacle | undefined): CheckStep[] {
  const all: readonly (keyof typeof words)[] = steps[place];
  const passed = failed ? all.slice(0, all.indexOf(failed.step)) : all;
  const ok = passed.map((step) => ({ step, ok: true, message: words[step] }));
  if (!failed) return ok;
  const { outcome, parameter } = failed;
  const message = outcome.kind === 'rejected' ? 'Das Zielsystem lehnt ab.' : outcome.reason.public;
  return [...ok, { step: failed.step, ok: false, message, ...(parameter && { parameter }) }];
}
