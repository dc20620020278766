import { standardOn } from '#xoev/standards.js';
import type { AdapterContext, Artifact, CheckStep, Delivery, FachverfahrenAdapter, Outcome } from '../contract.js';
import { Unwritable } from '../formats.js';
import { arrived, drop, faultOf, look, probe, visit } from '../place/drop.js';
import { Obstacle } from '../place/obstacle.js';
import { compose, processOf } from './message.js';
import { parameters, type XdomeaParameters } from './parameters.js';
import { askAgainAt, confirmed } from './receipt.js';
import { pack, type Sealed, seal } from './seal.js';

export const adapter: FachverfahrenAdapter = {
  manifest: {
    contract: 1,
    id: 'xdomea',
    version: '1.0.0',
    kind: 'fachverfahren',
    title: 'xdomea',
    summary:
      'Legt Anträge mit Metadaten, Daten und Anlagen als Vorgang im DMS ab: als Nachricht von xdomea 3.0 in einem Ordner, per SFTP oder per WebDAV.',
    accepts: ['*'],
    protocols: ['xdomea 3.0', 'Dateisystem', 'SFTP', 'WebDAV'],
    capabilities: { find: true, render: true, status: true, idempotentTarget: true },
    formats: ['json', 'xml', 'csv'],
    deadline: 60_000,
    parameters,
    dataCategories: ['Angaben der antragstellenden Person', 'Angaben zur beantragten Leistung', 'Anlagen'],
    legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO in Verbindung mit § 6 EGovG BW (elektronische Aktenführung)',
  },

  async check(context, values) {
    const given = parameters.parse(values);
    const steps = await probe(context, given);
    return steps.some(({ ok }) => !ok) ? steps : [...steps, schemaStep(context, given)];
  },

  async deliver(context, delivery, values) {
    const given = parameters.parse(values);
    const fault = faultOf(given);
    if (fault) return fault;
    try {
      const known = (await context.kept('send')) as Sealed | undefined;
      for (let n = 1; ; n++) {
        const process = known?.process ?? processOf(context.idempotencyKey, n);
        const fresh = known ?? (await prepare(context, delivery, given, process));
        if ('kind' in fresh) return fresh as Outcome;
        const filed = await visit(context, given, async (place) => {
          if (await arrived(place, process)) return undefined;
          const kept = (await context.checkpoint('send', fresh)) as Sealed;
          const zip = await pack(kept, delivery.attachments);
          await drop(place, process, zip.name, only(zip));
          return kept;
        });
        if (filed || known || !(await wasRefused(context, process, given)))
          return outcomeOf(context, given, filed ?? (fresh as Sealed));
      }
    } catch (error) {
      if (error instanceof Unwritable) return { kind: 'rejected', reasons: [{ public: error.message }] };
      if (error instanceof Obstacle) return error.outcome;
      throw error;
    }
  },

  async find(context, key, values) {
    const given = parameters.parse(values);
    const kept = (await context.kept('send')) as Sealed | undefined;
    const process = kept?.process ?? processOf(key, 1);
    if (!(await look(context, given, process))) return 'absent';
    const waits = given.returns !== undefined && { askAgainAt: askAgainAt(context, given) };
    return { externalReference: process, ...waits };
  },

  async status(context, reference, values) {
    const given = parameters.parse(values);
    try {
      if (given.returns !== undefined) return await confirmed(context, reference, given);
      await look(context, given, reference);
      return { kind: 'delivered', externalReference: reference };
    } catch (error) {
      if (error instanceof Obstacle) return error.outcome;
      throw error;
    }
  },

  async render(context, delivery, values): Promise<Artifact[]> {
    const given = parameters.parse(values);
    const message = await compose(delivery, given, processOf(context.idempotencyKey, 1), context.now());
    const zip = await pack(seal(message, delivery.attachments), delivery.attachments);
    return [{ ...zip, mimetype: 'application/zip' }];
  },
};

/** Nothing is written before the message is judged. */
async function prepare(
  context: AdapterContext,
  delivery: Delivery,
  given: XdomeaParameters,
  process: string,
): Promise<Sealed | Outcome> {
  const message = await compose(delivery, given, process, context.now());
  const validation = context.schemas.validate(Buffer.from(message.xml));
  if (validation.kind === 'invalid')
    return {
      kind: 'rejected',
      reasons: validation.faults.map((text) => ({ public: text, detail: validation.schema })),
    };
  if (validation.kind === 'valid') return seal(message, delivery.attachments);
  if (given.validation === 'required')
    return { kind: 'misconfigured', parameter: 'validation', reason: { public: `Ungeprüft: ${validation.reason}` } };
  return seal(message, delivery.attachments, `Nicht gegen das Schema geprüft: ${validation.reason}`);
}

/** What the DMS refused it does not take again under the same ProzessID: a replay files it under the next. */
async function wasRefused(context: AdapterContext, process: string, given: XdomeaParameters): Promise<boolean> {
  return given.returns !== undefined && (await confirmed(context, process, given)).kind === 'rejected';
}

function outcomeOf(context: AdapterContext, given: XdomeaParameters, sealed: Sealed): Outcome {
  const { process: externalReference, note } = sealed;
  const more = note ? { note: { public: note } } : {};
  if (given.returns === undefined) return { kind: 'delivered', externalReference, ...more };
  return { kind: 'pending', externalReference, askAgainAt: askAgainAt(context, given), ...more };
}

async function* only<T>(one: T): AsyncGenerator<T> {
  yield one;
}

function schemaStep({ schemas, now }: AdapterContext, { validation }: XdomeaParameters): CheckStep {
  const standard = standardOn('xdomea', now());
  if (standard && schemas.knows(standard.namespace))
    return { step: 'schema', ok: true, message: `Vor der Ablage geprüft wird: xdomea ${standard.version}.` };
  return {
    ...{ step: 'schema', ok: validation !== 'required', parameter: 'validation' },
    message: 'Nachrichten werden ungeprüft abgelegt: das Schema von xdomea liegt nicht vor (XOEV_SCHEMAS).',
  };
}
