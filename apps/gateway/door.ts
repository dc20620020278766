import { hash, randomUUID } from 'node:crypto';
import { versionOf } from '#adapter-host/load.js';
import type { Adapter } from '#adapters/contract.js';
import type { FormContent, Known, Limits } from '#intake/service-bw/form.js';
import { digest, parse } from '#intake/service-bw/parse.js';
import type { EffectiveSet, Parameters } from '#parameters/effective.js';
import { grouped } from '#pipeline/grouped.js';
import { admit, knownIds } from '#processes/admit.js';
import type { Process } from '#processes/process.js';
import type { Processes } from '#processes/processes.js';
import { type Plan, planSteps } from '#processes/steps.js';
import type { Regions } from '#regions/regions.js';
import type { Follow } from '#schema-import/follow.js';
import type { Database } from '#store/database.js';
import { parameterRevision } from '#store/parameters.js';
import type { NewAttachment, Submission } from '#submission/submission.js';
import type { Ars, Json, Leistung, TrustLevel } from '#submission/vocabulary.js';
import type { Destination, HandOver, Received } from './hand-over.js';
import { invalid, nobodyDelivers, noSuchAdapter, unknownRegion } from './refusals.js';

export interface Needs {
  db: Database;
  processes: Processes;
  follow: Follow;
  parameters: Parameters;
  adapters: Map<string, Adapter>;
  regions: Regions;
  limits: Limits;
}

export interface Door {
  /** The process that takes this Leistung here. Throws {@link Problem} `unknown-region`, `no-process` or `no-fachverfahren`. */
  find(where: { leistung: Leistung; ars: Ars }): Promise<Destination>;
  /** The process that would take this Leistung, wherever a region names a Fachverfahren for it. */
  anywhere(leistung: Leistung): Promise<Process>;
  /** parse ▸ map ▸ validate ▸ plan. Throws {@link Problem}, `invalid-submission` with all that is wrong. */
  receive(destination: Destination, handOver: HandOver): Promise<Received>;
  /** The content hash of a hand-over, whether or not it is valid. Throws {@link Problem} where it cannot be taken apart. */
  hash(where: { leistung: Leistung; ars: Ars }, handOver: HandOver): string;
}

/** The portal's door: everything between the token and the store. */
export function openDoor({ db, processes, follow, parameters, adapters, regions, limits }: Needs): Door {
  const known = new WeakMap<Process, Known>();
  const idsOf = (process: Process): Known => {
    const ids = known.get(process) ?? knownIds(process);
    known.set(process, ids);
    return ids;
  };
  /** Requests that come together ask the store together; each still sees every change made before it. */
  const revision = grouped(
    async (asking: undefined[]) => {
      const current = await parameterRevision(db);
      return asking.map(() => current);
    },
    { max: 1000 },
  );

  /** The steps that apply. Throws where the region has nobody to take one. */
  const plan = (destination: Destination, data: Json, trustLevel?: TrustLevel): Plan => {
    const { process, parameters: values } = destination;
    const demands = (id: string) => {
      const family = adapters.get(id);
      return family && versionOf(family, values[`${id}.version`])?.manifest.trustLevel;
    };
    const found = planSteps(process, { data, parameters: values, trustLevel, demands });
    if (found.missing.length) throw nobodyDelivers(destination, found.missing);
    const unknown = found.steps.find(({ adapter }) => !adapters.has(adapter));
    if (unknown) throw noSuchAdapter(destination, unknown.adapter);
    return found;
  };

  return {
    async anywhere(leistung) {
      await follow(await revision(undefined));
      return processes.find({ leistung, ars: '', date: db.now() }) ?? processes.universal(db.now());
    },
    async find({ leistung, ars }) {
      const region = regions.find(ars);
      if (!region) throw unknownRegion(ars);
      // before the process is chosen: with the revision come the schemas that were imported
      const set = await parameters.effective({ ars, leistung, revision: await revision(undefined) });
      const process = processes.find({ leistung, ars, date: db.now() }) ?? processes.universal(db.now());
      const destination = { leistung, ars, region: region.name, process, parameters: plain(set) };
      plan(destination, {});
      return destination;
    },
    async receive(destination, { contentType, body }) {
      const { leistung, ars, process } = destination;
      const form = await parse({ contentType, body, limits, known: idsOf(process) });
      const { data, errors, files } = await admit(process, form.fields);
      if (errors.length) throw invalid(errors);
      const { formId, postfachHandleId, creationDate, trustLevel } = form.metadata ?? {};
      const { steps, skipped } = plan(destination, data, trustLevel);
      const submission: Submission = {
        channel: 'service-bw',
        leistung,
        ars,
        processVersion: process.version,
        schema: process.schema,
        ...(formId && { formId }),
        ...(trustLevel && { trustLevel }),
        metadata: { ...(postfachHandleId && { postfachHandleId }), ...(creationDate && { creationDate }) },
        data,
        attachments: attachmentsOf(form, files),
        steps,
      };
      return { submission, skipped, contentHash: hashOf(destination, form.digest) };
    },
    hash: (where, { contentType, body }) => hashOf(where, digest({ contentType, body, limits })),
  };
}

const hashOf = ({ leistung, ars }: { leistung: Leistung; ars: Ars }, digest: string) =>
  hash('sha256', `${leistung} ${ars} ${digest}`);

const plainSets = new WeakMap<EffectiveSet, Record<string, Json>>();

/** Secrets are for adapters; the door needs none. */
function plain(set: EffectiveSet): Record<string, Json> {
  const known = plainSets.get(set);
  if (known) return known;
  const open = Object.entries(set.entries).flatMap(([name, { secret, value }]) =>
    secret || value === undefined ? [] : [[name, value] as const],
  );
  const values = { ...set.defaults, ...Object.fromEntries(open) };
  plainSets.set(set, values);
  return values;
}

/** Every file, with the FIM path of its field, and the form as the citizen saw it. */
function attachmentsOf({ files, metadata }: FormContent, fields: Map<string, string>): NewAttachment[] {
  const found = files.map((file) => {
    const field = fields.get(file.attachmentId);
    return field === undefined ? file : { ...file, field };
  });
  const bytes = metadata?.pdfApplicantForm;
  if (!bytes) return found;
  return [
    ...found,
    {
      attachmentId: randomUUID(),
      filename: 'Antragsformular.pdf',
      mimetype: 'application/pdf',
      bytes,
      sha256: hash('sha256', bytes),
    },
  ];
}
