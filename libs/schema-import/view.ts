import type { BoundList } from '#fim/model.js';
import type { Report } from '#fim/report.js';
import { dayOf, type Processes } from '#processes/processes.js';
import type { actionsOn } from '#store/actions.js';
import type { RulesRecord, SchemaKey, SchemaRecord, SchemaUse } from '#store/imported-schemas.js';
import { reportOf } from './stored.js';

/** A schema as lists show it. */
export interface SchemaView {
  schemaId: string;
  version: string;
  label: string;
  standard: string;
  status: string;
  released: boolean;
  /** Why it was imported although it is not released. */
  forced?: string;
  sha256: string;
  /** The newest rules beside it. */
  rulesVersion?: string;
  author: string;
  createdAt: string;
  /** How many limits, lists, patterns and rules are checked, and how many are left to people. */
  enforced: { constraints: Share; rules: Share };
  uses: UseView[];
}

export interface SchemaDetail extends SchemaView {
  lists: BoundList[];
  /** Files of rules beside it, oldest first. */
  addedRules: RulesRecord[];
  report: Report;
  actions: Awaited<ReturnType<typeof actionsOn>>;
}

interface Share {
  checked: number;
  unchecked: number;
}

export interface UseView {
  leistung: string;
  region?: string;
  processVersion: string;
  /** The rules that it checks beside the schema. */
  rulesVersion?: string;
  validFrom: string;
  /** Last day; absent while it is open. */
  validTo?: string;
  /**
   * - `live`: takes new submissions today
   * - `replaced`: a newer one does
   * - `ended`, or `withdrawn` before it began: only keeps what it accepted
   */
  state: 'scheduled' | 'live' | 'replaced' | 'ended' | 'withdrawn';
}

export function viewOf(record: SchemaRecord, uses: SchemaUse[], processes: Processes, now: Date): SchemaView {
  const { label, standard, released, writtenStatus, constraints, rules } = reportOf(record);
  const { schemaId, version, sha256, rulesVersion, forced, author, createdAt } = record;
  return {
    schemaId,
    version,
    label,
    standard,
    status: writtenStatus,
    released,
    sha256,
    ...(rulesVersion !== undefined && { rulesVersion }),
    author,
    ...(forced !== undefined && { forced }),
    createdAt: createdAt.toISOString(),
    enforced: { constraints: shareOf(constraints), rules: shareOf(rules) },
    uses: uses.map((use) => useView(use, processes, now)),
  };
}

const shareOf = ({ checked, unchecked }: Pick<Report['rules'], 'checked' | 'unchecked'>): Share => ({
  checked,
  unchecked: unchecked.length,
});

function useView(
  { process: _, schemaId: _id, version: _version, ...use }: SchemaUse,
  processes: Processes,
  now: Date,
): UseView {
  return { ...use, state: stateOf(use, processes, now) };
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
