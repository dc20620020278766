import { standardOn } from '#xoev/standards.js';
import type { AdapterContext, Artifact, CheckStep, FachverfahrenAdapter, Outcome } from '../contract.js';
import { Unwritable } from '../tools/formats.js';
import { lastKept } from '../tools/kept.js';
import { look, probe } from '../tools/place/drop.js';
import { Obstacle } from '../tools/place/obstacle.js';
import { file } from './file.js';
import { compose, processOf } from './message.js';
import { parameters, type XdomeaParameters } from './parameters.js';
import { pack, type Sealed, seal } from './seal.js';
import { askAgainAt, lastWord, returnStep, status } from './status.js';

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
    if (steps.some(({ ok }) => !ok)) return steps;
    const returns = given.returns === undefined ? [] : [await returnStep(context, given)];
    return [...steps, ...returns, schemaStep(context, given)];
  },

  deliver: (context, delivery, values) => told(file(context, delivery, parameters.parse(values))),

  async find(context, key, values) {
    const given = parameters.parse(values);
    const { sealed } = await lastKept<Sealed>(context);
    const process = sealed?.process ?? processOf(key, 1);
    if (!(await look(context, given, process))) return 'absent';
    if ((await lastWord(context, process, given))?.kind === 'refused') return 'absent';
    const waits = given.returns !== undefined && { askAgainAt: askAgainAt(context, given) };
    return { externalReference: process, ...waits, ...(sealed?.note && { note: { public: sealed.note } }) };
  },

  status: (context, reference, values) => told(status(context, reference, parameters.parse(values))),

  async render(context, delivery, values): Promise<Artifact[]> {
    const given = parameters.parse(values);
    const message = await compose(delivery, given, processOf(context.idempotencyKey, 1), context.now());
    const zip = await pack(seal(message, delivery.attachments, given), delivery.attachments);
    return [{ ...zip, mimetype: 'application/zip' }];
  },
};

function told(work: Promise<Outcome>): Promise<Outcome> {
  return work.catch((error) => {
    if (error instanceof Unwritable) return { kind: 'rejected', reasons: [{ public: error.message }] };
    if (error instanceof Obstacle) return error.outcome;
    throw error;
  });
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
