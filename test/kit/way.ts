import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { openAccessLog } from '#access-log/access-log.js';
import type { Adapter, FachverfahrenAdapter, Manifest, RegisterAdapter } from '#adapters/contract.js';
import type { EffectiveSet, Parameters } from '#parameters/effective.js';
import { hostSweep } from '#pipeline/host.js';
import { openCorrectedLanes, probeLanes } from '#pipeline/lane.js';
import { pipeline } from '#pipeline/pipeline.js';
import { sweepLeases } from '#pipeline/sweep.js';
import type { Worker } from '#pipeline/worker.js';
import type { Process } from '#processes/process.js';
import type { Processes } from '#processes/processes.js';
import { readSettings } from '#settings/settings.js';
import { insertSubmissions, written } from '#store/accept.js';
import { type Database, openDatabase } from '#store/database.js';
import { lanesWithWork, takeDue } from '#store/sql/relay.js';
import { readSubmission } from '#store/submissions.js';
import { openNumbers } from '#submission/number.js';
import type { NewAttachment, PlannedStep, Submission } from '#submission/submission.js';
import type { Json, TrustLevel } from '#submission/vocabulary.js';
import { createTestDatabase } from './services.js';

const ars = '081110000000';
const leistung = '99102013104000';

/**
 * The pipeline on the real database, with a clock that a test turns, without broker and HTTP: tickets are handed over
 * by hand.
 * @param process what its one process has other than in `fakeProcesses`
 */
export async function openWay(
  adapters: Adapter[],
  environment: Record<string, string> = {},
  process: Partial<Process> = {},
) {
  const lent = await createTestDatabase();
  const real = await openDatabase(lent.url, { max: 4 });
  let time = Date.parse('2026-03-02T08:00:00Z');
  const db: Database = { ...real, now: () => new Date(time) };
  const values: Record<string, Json> = {};
  /** Values of single municipalities. */
  const own: Record<string, Record<string, Json>> = {};
  let revision = 1;
  const settings = readSettings({ RETRY_JITTER: '0', LANE_SLOTS: '8', ...environment });
  const worker: Worker = {
    name: 'test',
    db,
    adapters: new Map(adapters.map((adapter) => [adapter.manifest.id, adapter])),
    parameters: fakeParameters((region) => ({ values: { ...values, ...own[region] }, revision })),
    processes: fakeProcesses(process),
    settings,
    accessLog: await openAccessLog({ db, keys: [Buffer.alloc(32, 7)] }),
    relay: { wake() {} },
    stop: new AbortController().signal,
    log() {},
  };
  const handle = pipeline(worker);
  const numbers = openNumbers(Buffer.alloc(32, 7));
  const sweepHosts = hostSweep();

  return {
    worker,
    numbers,
    /** The database's address, for connections of one's own. */
    url: lent.url,
    db,
    advance(milliseconds: number) {
      time += milliseconds;
    },
    /** @param region where it holds; everywhere, if none is given */
    async setParameter(name: string, value: Json, region?: string) {
      if (region === undefined) values[name] = value;
      else own[region] = { ...own[region], [name]: value };
      revision++;
      await db.query('update parameter_revision set revision = $1', [revision]);
    },
    async accept(
      steps: Partial<PlannedStep>[] = [{}],
      data: Json = { F1: 'x' },
      trustLevel?: TrustLevel,
      attachments: NewAttachment[] = [],
      region = ars,
    ) {
      const submission: Submission = {
        channel: 'service-bw',
        leistung,
        ars: region,
        processVersion: '1',
        schema: { id: 'S1', version: '1' },
        metadata: {},
        data,
        attachments,
        ...(trustLevel && { trustLevel }),
        steps: steps.map((step, n) => ({
          name: `step${n}`,
          title: 'Schritt',
          kind: 'fachverfahren',
          adapter: adapters[0]!.manifest.id,
          optional: false,
          ...step,
        })),
      };
      const [acceptance] = await insertSubmissions(db, [
        written({
          submission,
          sender: {
            client: 'service-bw',
            contentHash: randomUUID(),
            traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          },
        }),
      ]);
      if (acceptance?.kind !== 'accepted') throw new Error(acceptance?.kind);
      return acceptance.submissionId;
    },
    /** What relay and worker do with everything that is due now; returns how many tickets that were. */
    async round(): Promise<number> {
      const now = db.now();
      const lanes = (await lanesWithWork(db, { after: '', most: 100 })).map(({ lane }) => lane);
      const resendAt = new Date(now.getTime() + settings.TICKET_RESEND_AFTER);
      const slots = { slots: settings.LANE_SLOTS, hostSlots: settings.HOST_SLOTS };
      const hostCalls = {};
      const tickets = await takeDue(db, { lanes, now, ...slots, hostCalls, resendAt });
      await Promise.all(tickets.map(handle));
      return tickets.length;
    },
    handle,
    /** One second of the sweeper. */
    async sweep() {
      await sweepLeases(worker);
      await openCorrectedLanes(worker);
      await probeLanes(worker);
      await sweepHosts(worker);
    },
    /** Lives through `hours` of clock time, looking as often as something can be due. */
    async live(hours: number, stepMs = 60_000) {
      for (let passed = 0; passed < hours * 3_600_000; passed += stepMs) {
        time += stepMs;
        await this.sweep();
        while (await this.round());
      }
    },
    view: (submissionId: string) => readSubmission(db, submissionId, numbers),
    async task(submissionId: string) {
      const { rows } = await db.query('select * from task where submission_id = $1 order by step desc limit 1', [
        submissionId,
      ]);
      return rows[0]!;
    },
    async lane(adapter = adapters[0]!.manifest.id) {
      const { rows } = await db.query('select * from lane where adapter = $1', [adapter]);
      return rows[0]!;
    },
    async close() {
      await real.close();
      await lent.drop();
    },
  };
}

/** An adapter made of the functions a test gives. */
export function adapterOf(
  functions: Partial<Omit<FachverfahrenAdapter, 'manifest'>> & { manifest?: Partial<Manifest> } = {},
): Adapter {
  const { manifest, ...methods } = functions;
  return {
    check: async () => [{ step: 'connect', ok: true, message: 'erreichbar' }],
    deliver: async (context) => ({ kind: 'delivered', externalReference: `ref-${context.idempotencyKey}` }),
    ...methods,
    manifest: {
      id: 'target',
      version: '1.0.0',
      kind: 'fachverfahren',
      title: 'Ziel',
      summary: 'Ein Ziel.',
      accepts: ['*'],
      deadline: 1000,
      findableWithin: 2000,
      parameters: z.object({ token: z.string().optional(), baseUrl: z.url().optional() }),
      dataCategories: [],
      legalBasis: 'Test',
      capabilities: {
        find: Boolean(methods.find),
        render: false,
        status: Boolean(methods.status),
        idempotentTarget: false,
      },
      ...manifest,
    },
  } as FachverfahrenAdapter;
}

export function registerOf(
  lookup: RegisterAdapter['lookup'],
  more: Partial<Pick<RegisterAdapter, 'status' | 'earlier'>> & { manifest?: Partial<Manifest> } = {},
): Adapter {
  const { manifest, check } = adapterOf({ manifest: { id: 'register', kind: 'register', ...more.manifest } });
  return { check, lookup, ...more, manifest } as RegisterAdapter;
}

function fakeParameters(read: (region: string) => { values: Record<string, Json>; revision: number }): Parameters {
  const set = async ({ ars }: { ars: string }): Promise<EffectiveSet> => {
    const { values, revision } = read(ars);
    const entries = Object.keys(values).map((name) => [
      name,
      { versionId: `${name}@${revision}`, region: '08', level: 'Land', hides: [] },
    ]);
    return {
      ars,
      leistung,
      revision: String(revision),
      entries: Object.fromEntries(entries),
      defaults: {},
      missing: [],
    } as unknown as EffectiveSet;
  };
  return {
    effective: set,
    setByIds: (_: string[], query: { ars: string }) => set(query),
    values: ({ ars }: EffectiveSet) => read(ars).values,
  } as unknown as Parameters;
}

/**
 * One process: the step `person` asks the register, every other one delivers; a message shows what it was made from.
 */
function fakeProcesses(other: Partial<Process>): Processes {
  const names = ['person', 'deliver', 'step0', 'step1'];
  const steps = names.map((name) => ({
    name,
    title: name === 'person' ? 'Person' : 'Schritt',
    kind: name === 'person' ? 'register' : 'fachverfahren',
    attributes: ['familienname'],
    compare: { familienname: 'F2' },
    purpose: 'Test',
    legalBasis: 'Test',
  }));
  const program = { run: async ({ data, registers }: { data: Json; registers: Json }) => ({ data, registers }) };
  const process = {
    title: 'Test',
    model: { edges: [] },
    person: { familienname: 'F1', vornamen: 'F2', geburtsdatum: 'F3' },
    steps,
    programs: new Map(names.map((name) => [name, program])),
    templates: new Map(),
    ...other,
  };
  return { exact: () => process } as unknown as Processes;
}
