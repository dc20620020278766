import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Adapter } from '#adapters/contract.js';
import { catalogue } from '#fim/catalogue.js';
import { toJsonSchema } from '#fim/json-schema.js';
import { openListFolder } from '#fim/lists.js';
import type { BoundList } from '#fim/model.js';
import { type Report, report } from '#fim/report.js';
import { Problem } from '#problems/problem.js';

import type { Process } from '#processes/process.js';
import { dayOf, type Processes } from '#processes/processes.js';
import { root } from '#settings/root.js';
import type { Database } from '#store/database.js';
import {
  endUses,
  findSchema,
  findSchemaByHash,
  insertImport,
  listSchemas,
  type SchemaKey,
  type SchemaRecord,
  type SchemaUse,
  schemaFiles,
  schemaUses,
  subjectOf,
} from '#store/imported-schemas.js';
import { actionsOn } from '#store/operator.js';
import type { Json } from '#submission/vocabulary.js';
import { boundLists, type Follow, readStored, storedSchema } from './follow.js';
import { germanDay, planImport, type Wish } from './plan.js';
import { type GivenLists, listFiles, type ReadImport, readImport } from './read.js';

export interface ImportOrder extends Omit<Wish, 'now'> {
  file: Uint8Array;
  lists: GivenLists;
  /** Take it although it is not released; needs a reason. */
  force?: boolean | undefined;
  reason?: string | undefined;
  author: string;
  dryRun?: boolean | undefined;
}

export interface UseView {
  leistung: string;
  region?: string;
  processVersion: string;
  validFrom: string;
  /** Last day; absent while it is open. */
  validTo?: string;
  /** `live`: takes new submissions today; `replaced`: a newer one does; `ended` and `withdrawn` (before it began): keep what they accepted. */
  state: 'scheduled' | 'live' | 'replaced' | 'ended' | 'withdrawn';
}

/** A schema as lists show it. */
export interface SchemaView {
  schemaId: string;
  version: string;
  label: string;
  standard: string;
  status: string;
  released: boolean;
  /** Why it was taken although it is not released. */
  forced?: string;
  sha256: string;
  author: string;
  createdAt: string;
  /** How many limits, lists, patterns and rules are checked, and how many are left to people. */
  enforced: { constraints: Share; rules: Share };
  uses: UseView[];
}

interface Share {
  checked: number;
  unchecked: number;
}

export interface SchemaDetail extends SchemaView {
  lists: BoundList[];
  report: Report;
  actions: Awaited<ReturnType<typeof actionsOn>>;
}

type StoredReport = Report & { writtenStatus: string };

export interface Schemas {
  /** Checks, plans and stores. `created` is false where all of it was there already. Throws {@link Problem}. */
  import(order: ImportOrder): Promise<{ created: boolean; schema: SchemaView }>;
  list(): Promise<SchemaView[]>;
  show(key: SchemaKey): Promise<SchemaDetail | undefined>;
  files(key: SchemaKey): ReturnType<typeof schemaFiles>;
  catalogue(key: SchemaKey, format: 'markdown' | 'html'): Promise<string | undefined>;
  /** From `from` on (default today) the schema takes nothing new; what it accepted keeps it. Throws {@link Problem}. */
  withdraw(
    key: SchemaKey,
    order: { from?: string; leistung?: string; region?: string; reason: string; author: string },
  ): Promise<SchemaDetail>;
}

const attempts = 5;

/** FIM schemas of a running system: taking them in, showing them, taking them back. */
export function openSchemas({
  db,
  processes,
  adapters,
  follow,
  folder = join(root, 'schemas', 'lists'),
}: {
  db: Database;
  processes: Processes;
  adapters: Map<string, Adapter>;
  follow: Follow;
  /** Code lists at hand. */
  folder?: string;
}): Schemas {
  /** The revision that all decisions are made on. */
  async function current() {
    const { revision, uses } = await schemaUses(db);
    await follow(revision);
    return { revision, uses };
  }

  /** A file that is known is read with the lists it was bound to. */
  async function read(order: ImportOrder): Promise<{ found: ReadImport; stored: SchemaRecord | undefined }> {
    const stored = await findSchemaByHash(db, sha256Of(order.file));
    if (stored) {
      demandSameLists(stored, order.lists);
      return { found: readImport(order.file, {}, await boundLists(db, stored)), stored };
    }
    const found = readImport(order.file, order.lists, openListFolder(folder));
    if (await findSchema(db, keyOf(found)))
      throw new Problem(
        'conflict',
        `Das Schema ${found.model.key} gibt es hier schon mit anderem Inhalt. Was geändert ist, braucht eine neue Version.`,
      );
    demandApproved(found, order);
    return { found, stored: undefined };
  }

  async function show(key: SchemaKey): Promise<SchemaDetail | undefined> {
    const record = await findSchema(db, key);
    if (!record) return undefined;
    const { uses } = await current();
    const { writtenStatus: _, ...found } = reportOf(record);
    return {
      ...viewOf(record, uses.filter(isUseOf(key)), processes, db.now()),
      lists: listsOf(record),
      report: found,
      actions: await actionsOn(db, subjectOf(key)),
    };
  }

  return {
    async import(order) {
      for (let n = 0; n < attempts; n++) {
        const { revision, uses } = await current();
        const { found, stored } = await read(order);
        const key = keyOf(found);
        const record = stored ?? recordOf(found, order, db.now());
        const { made, there } = planImport(processes, adapters, found.model, { ...order, now: db.now() });
        const added = made.map((process) => useOf(key, process));
        const view = () => viewOf(record, [...uses.filter(isUseOf(key)), ...added], processes, db.now());
        if (added.length === 0 && there.length > 0) return { created: false, schema: view() };
        if (order.dryRun) return { created: true, schema: view() };
        const schema = { ...record, file: order.file, jsonSchema: JSON.stringify(toJsonSchema(found.model), null, 2) };
        const lists = stored ? [] : listFiles(found.model, order.lists, folder);
        if (await insertImport(db, revision, { schema, lists, uses: added, reason: order.reason }, order.author)) {
          await current();
          return { created: true, schema: view() };
        }
      }
      throw tooBusy();
    },
    async list() {
      const { uses } = await current();
      const records = await listSchemas(db);
      return records.map((record) => viewOf(record, uses.filter(isUseOf(record)), processes, db.now()));
    },
    show,
    files: (key) => schemaFiles(db, key),
    async catalogue(key, format) {
      const stored = await storedSchema(db, key);
      return stored && catalogue(readStored(stored), format);
    },
    async withdraw(key, { from, leistung, region, reason, author }) {
      const today = dayOf(db.now());
      const first = from ?? today;
      if (first < today)
        throw new Problem(
          'malformed',
          `Der ${germanDay(first)} liegt in der Vergangenheit; zurückziehen lässt sich ab heute.`,
        );
      for (let n = 0; n < attempts; n++) {
        const { revision, uses } = await current();
        const meant = uses.filter(
          (use) =>
            isUseOf(key)(use) &&
            (leistung === undefined || use.leistung === leistung) &&
            (region === undefined || use.region === region),
        );
        if (meant.length === 0)
          throw new Problem(
            'not-found',
            'Dieses Schema ist nicht übernommen, oder nicht für diese Leistung und Region.',
          );
        const end = {
          processVersions: meant.map((use) => use.processVersion),
          lastDay: dayBefore(first),
          author,
          reason,
        };
        if (await endUses(db, revision, key, end)) return (await show(key))!;
      }
      throw tooBusy();
    },
  };
}

const keyOf = ({ model }: ReadImport): SchemaKey => ({ schemaId: model.id, version: model.version });
const sha256Of = (file: Uint8Array) => createHash('sha256').update(file).digest('hex');
const listsOf = ({ lists }: SchemaRecord) => lists as unknown as BoundList[];
const reportOf = ({ report }: SchemaRecord) => report as unknown as StoredReport;
const isUseOf =
  ({ schemaId, version }: SchemaKey) =>
  (use: SchemaUse) =>
    use.schemaId === schemaId && use.version === version;

function demandApproved({ approved, model, status }: ReadImport, { force, reason }: ImportOrder): void {
  if (approved) return;
  if (!force)
    throw new Problem(
      'schema-not-released',
      `Das Schema ${model.key} ist nicht freigegeben (Status ${status}). Übernommen werden 5 und 6, in XDatenfelder 2.0 „aktiv“; alles andere nur ausdrücklich und mit Grund.`,
      { status },
    );
  if (!reason)
    throw new Problem('malformed', 'Wer ein Schema übernimmt, das nicht freigegeben ist, nennt den Grund (reason).');
}

/** The lists belong to the content: with other lists the same file would accept other forms. */
function demandSameLists(stored: SchemaRecord, given: GivenLists): void {
  for (const [urn, file] of Object.entries(given)) {
    const bound = listsOf(stored).find(({ uri, version }) => uri === urn || `${uri}_${version}` === urn);
    if (bound && bound.sha256 !== sha256Of(file))
      throw new Problem(
        'conflict',
        `Das Schema ${subjectOf(stored)} ist hier schon mit einer anderen Fassung der Codeliste ${urn} übernommen.`,
      );
  }
}

function recordOf(
  { model, findings, sha256, status, approved }: ReadImport,
  order: ImportOrder,
  now: Date,
): SchemaRecord {
  const stored: StoredReport = { ...report(model, findings), released: approved, writtenStatus: status ?? '' };
  return {
    schemaId: model.id,
    version: model.version,
    sha256,
    lists: model.lists as unknown as Json,
    report: stored as unknown as Json,
    ...(!approved && { forced: order.reason! }),
    author: order.author,
    createdAt: now,
  };
}

const useOf = (key: SchemaKey, { leistung, region, version, validFrom, validTo, written }: Process): SchemaUse => ({
  ...key,
  leistung,
  ...(region !== undefined && { region }),
  processVersion: version,
  process: written as unknown as Json,
  validFrom,
  ...(validTo !== undefined && { validTo }),
});

function viewOf(record: SchemaRecord, uses: SchemaUse[], processes: Processes, now: Date): SchemaView {
  const { label, standard, released, writtenStatus, constraints, rules } = reportOf(record);
  const { schemaId, version, sha256, forced, author, createdAt } = record;
  const share = ({ checked, unchecked }: Report['rules']) => ({ checked, unchecked: unchecked.length });
  return {
    ...{ schemaId, version, label, standard, status: writtenStatus, released, sha256, author },
    ...(forced !== undefined && { forced }),
    createdAt: createdAt.toISOString(),
    enforced: { constraints: share(constraints), rules: share(rules) },
    uses: uses.map(({ process: _, schemaId: _id, version: _version, ...use }) => ({
      ...use,
      state: stateOf(use, processes, now),
    })),
  };
}

function stateOf(use: Omit<SchemaUse, keyof SchemaKey | 'process'>, processes: Processes, now: Date): UseView['state'] {
  const { leistung, region = '', processVersion, validFrom, validTo = '9999' } = use;
  const today = dayOf(now);
  if (validTo < validFrom) return 'withdrawn';
  if (today < validFrom) return 'scheduled';
  if (validTo < today) return 'ended';
  const taking = processes.find({ leistung, ars: region, date: now });
  return !taking || taking.version === processVersion ? 'live' : 'replaced';
}

function dayBefore(day: string): string {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() - 1);
  return date.toISOString().slice(0, 10);
}

const tooBusy = () =>
  new Problem(
    'unavailable',
    'Gerade ändern andere Parameter oder Schemata; bitte gleich noch einmal.',
    {},
    { 'retry-after': '2' },
  );
