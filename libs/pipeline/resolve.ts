import type { Question } from '#adapter-host/call.js';
import { majorOf, versionOf } from '#adapter-host/load.js';
import type { Adapter } from '#adapters/contract.js';
import { type EffectiveSet, type RanSet, readableValues } from '#parameters/effective.js';
import { SecretUnreadable } from '#parameters/secrets.js';
import { MissingParameter } from '#processes/step-program.js';
import { insufficientTrust } from '#processes/steps.js';
import { attemptRanWith, versionPending } from '#store/sql/attempt.js';
import type { Json } from '#submission/vocabulary.js';
import type { Result } from './judge.js';
import { type AskedTask, municipalityOf, questionOf, type Sources, stepOf, UnfitTemplate } from './question.js';
import { describe, type RanWith } from './ran-with.js';
import { texts } from './texts.js';

/** A claimed task with everything its call needs. */
export interface Resolved {
  adapter: Adapter;
  /** By full name, secrets in the clear. */
  values: Record<string, Json>;
  ran: RanWith;
  question: Question;
}

/** Why it cannot even begin, and with what it tried. */
export type Unresolved = Result & { ran?: RanWith };

/**
 * Finds the adapter and the parameters that this attempt runs with, and makes what it will say. A result instead, where
 * it cannot even begin.
 */
export async function resolve(worker: Sources, task: AskedTask): Promise<Resolved | Unresolved> {
  const family = worker.adapters.get(task.adapter);
  if (task.laneClosed !== null) return { kind: 'later', reason: { public: texts.laneClosed(task.laneClosed) } };
  if (!family) return { kind: 'later', reason: { public: texts.adapterElsewhere(task.adapter) } };
  if (task.unreadable) throw task.unreadable;
  if (task.data === null) return { kind: 'rejected', reasons: [{ public: texts.erased }] };
  const doubtful = await doubtfulAttempt(worker, task);
  const set = await parameterSet(worker, task, doubtful?.versionIds);
  const values = readableValues(worker.parameters, set, task.adapter);
  if (values instanceof SecretUnreadable) {
    const { parameter, message } = values;
    const ran = { adapterVersion: '', ...describe(set) };
    return { kind: 'misconfigured', parameter, reason: { public: message }, ran };
  }
  const choice = `${task.adapter}.version`;
  const before = doubtful?.adapterVersion ?? (await pendingVersion(worker, task, family));
  const adapter = versionOf(family, before ? majorOf({ version: before }) : values[choice]);
  const ran = { adapterVersion: adapter?.manifest.version ?? '', ...describe(set) };
  if (!adapter) return { kind: 'misconfigured', parameter: choice, reason: { public: texts.noSuchVersion }, ran };
  const gone = withdrawn(set, task);
  if (gone) return { ...gone, ran };
  if (task.kind === 'register') {
    const { step } = stepOf(worker, task);
    const untrusted = insufficientTrust(step, adapter.manifest.trustLevel, task.trustLevel ?? undefined);
    if (untrusted !== undefined) return { kind: 'forbidden', reason: { public: untrusted } };
  }
  try {
    return { adapter, values, ran, question: await questionOf(worker, task, adapter, values) };
  } catch (error) {
    if (error instanceof UnfitTemplate)
      return { kind: 'misconfigured', parameter: error.parameter, reason: { public: error.message }, ran };
    if (error instanceof MissingParameter) {
      const { parameter, title } = error;
      const missing = texts.missingParameter(parameter, title, municipalityOf(task));
      return { kind: 'missing', reason: { public: missing }, ran };
    }
    throw error;
  }
}

/**
 * What ran once cannot be asked or sent again so, where the place that its address comes from no longer sets its
 * secrets: no other place's secret may go to that address.
 */
function withdrawn(set: EffectiveSet | RanSet, { adapter, next }: AskedTask): Result | undefined {
  const lost = 'withdrawn' in set && set.withdrawn.find((name) => name.startsWith(`${adapter}.`));
  if (!lost) return undefined;
  return next === 'find' ? { kind: 'unknowable' } : { kind: 'withdrawn', reason: { public: texts.withdrawn(lost) } };
}

/** Doubt is asked about as the doubtful attempt would ask: with its parameters and its version of the adapter. */
async function doubtfulAttempt({ db }: Sources, { next, taskId, doubtAttempt }: AskedTask) {
  if (next !== 'find' || doubtAttempt === null) return undefined;
  const attempt = await attemptRanWith(db, { taskId, attempt: doubtAttempt });
  return {
    versionIds: (attempt?.parameters ?? []).flatMap(({ versionId }) => versionId ?? []),
    adapterVersion: attempt?.adapterVersion ?? undefined,
  };
}

/** What answers later is asked by the version that gave it away: another may not know the reference. */
async function pendingVersion({ db }: Sources, { next, taskId }: AskedTask, { earlier }: Adapter) {
  return next === 'status' && earlier ? (await versionPending(db, { taskId }))?.adapterVersion : undefined;
}

/** A doubtful attempt's own, a replay's "as it ran", else the current ones. */
async function parameterSet(
  { parameters }: Sources,
  { ars, leistung, revision, parametersAsRan }: AskedTask,
  doubtful: string[] = [],
): Promise<EffectiveSet | RanSet> {
  const ids = doubtful.length > 0 ? doubtful : parametersAsRan;
  const where = { ars, leistung, revision };
  return ids ? parameters.setByIds(ids, where) : parameters.effective(where);
}
