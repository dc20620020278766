import { hash } from 'node:crypto';
import { versionOf } from '#adapter-host/load.js';
import type { Adapter } from '#adapters/contract.js';
import type { FormContent, Limits } from '#intake/service-bw/form.js';
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
import { newId } from '#submission/id.js';
import type { NewAttachment } from '#submission/submission.js';
import type { Json, Leistung, TrustLevel } from '#submission/vocabulary.js';
import type { Address, Destination, HandOver, Received } from './hand-over.js';
import { memoize } from './memoize.js';
import { invalid, nobodyDelivers, noSuchAdapter, unknownRegion } from './refusals.js';
import { texts } from './texts.js';

export interface ReceptionParts {
  db: Database;
  processes: Processes;
  follow: Follow;
  parameters: Parameters;
  adapters: Map<string, Adapter>;
  regions: Regions;
  limits: Limits;
}

/** Turns a portal's hand-over into a submission. Everything between the access token and the store happens here. */
export class Reception {
  private readonly idsOf = memoize(knownIds);
  /** Requests that arrive together ask the store together; each still sees every change that was made before it. */
  private readonly revision: (question: undefined) => Promise<number>;

  constructor(private readonly parts: ReceptionParts) {
    this.revision = grouped(
      async (questions: undefined[]) => {
        const current = await parameterRevision(parts.db);
        return questions.map(() => current);
      },
      { max: 1000 },
    );
  }

  /** Throws {@link Problem} `unknown-region`, `no-process` or `no-fachverfahren`. */
  async findDestination({ leistung, ars }: Address): Promise<Destination> {
    const { regions, parameters } = this.parts;
    const region = regions.find(ars);
    if (!region) throw unknownRegion(ars);
    // before the process is chosen: following the revision loads the processes of imported schemas
    const set = await parameters.effective({ ars, leistung, revision: await this.revision(undefined) });
    const process = this.processFor({ leistung, ars });
    const destination = { leistung, ars, region: region.name, process, parameters: withoutSecrets(set) };
    this.plan(destination, {});
    return destination;
  }

  /** The process for a Leistung where no region is named, whether or not a region has a Fachverfahren for it. */
  async findProcess(leistung: Leistung): Promise<Process> {
    await this.parts.follow(await this.revision(undefined));
    return this.processFor({ leistung, ars: '' });
  }

  /** Parses, maps, validates and plans. Throws {@link Problem}; `invalid-submission` names everything that is wrong. */
  async receive(destination: Destination, { contentType, body }: HandOver): Promise<Received> {
    const { limits } = this.parts;
    const { leistung, ars, process } = destination;
    const form = await parse({ contentType, body, limits, known: this.idsOf(process) });
    const { data, errors, files } = await admit(process, form.fields);
    if (errors.length) throw invalid(errors);
    const { formId, postfachHandleId, creationDate, trustLevel } = form.metadata ?? {};
    const { steps, skipped } = this.plan(destination, data, trustLevel);
    return {
      submission: {
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
      },
      skipped,
      contentHash: hashOf(destination, form.digest),
      handle: postfachHandleId,
    };
  }

  /** The content hash of a hand-over, valid or not. Throws {@link Problem} where the body cannot be taken apart. */
  contentHash(address: Address, { contentType, body }: HandOver): string {
    return hashOf(address, digest({ contentType, body, limits: this.parts.limits }));
  }

  private processFor({ leistung, ars }: Address): Process {
    const { db, processes } = this.parts;
    return processes.find({ leistung, ars, date: db.now() }) ?? processes.universal(db.now());
  }

  /** The steps that apply to `data`. Throws {@link Problem} where the region names nobody to take one of them. */
  private plan(destination: Destination, data: Json, trustLevel?: TrustLevel): Plan {
    const { adapters } = this.parts;
    const { process, parameters } = destination;
    const demands = (id: string) => {
      const adapter = adapters.get(id);
      return adapter && versionOf(adapter, parameters[`${id}.version`])?.manifest.trustLevel;
    };
    const plan = planSteps(process, { data, parameters, trustLevel, demands });
    if (plan.missing.length) throw nobodyDelivers(destination, plan.missing);
    const unknown = plan.steps.find(({ adapter }) => !adapters.has(adapter));
    if (unknown) throw noSuchAdapter(destination, unknown.adapter);
    return plan;
  }
}

const hashOf = ({ leistung, ars }: Address, digest: string) => hash('sha256', `${leistung} ${ars} ${digest}`);

/** The effective values by name. Secrets are for adapters; the reception needs none. */
const withoutSecrets = memoize((set: EffectiveSet): Record<string, Json> => {
  const open = Object.entries(set.entries).flatMap(([name, { secret, value }]) =>
    secret || value === undefined ? [] : [[name, value] as const],
  );
  return { ...set.defaults, ...Object.fromEntries(open) };
});

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
      attachmentId: newId(),
      filename: texts.formFilename,
      mimetype: 'application/pdf',
      bytes,
      sha256: hash('sha256', bytes),
    },
  ];
}
