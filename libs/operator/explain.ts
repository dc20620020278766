import type { Sql } from '#store/database.js';
import { type Version, versionsById } from '#store/parameters.js';
import type { RanParameter } from '#store/rows.js';
import {
  type AttemptsOfRow,
  attemptsOf,
  type EventsAboutRow,
  type ExplainedTaskRow,
  eventsAbout,
  explainedTask,
  registerAnswer,
  sentSteps,
} from '#store/sql/explain.js';
import { eventText } from '#submission/events.js';
import type { Numbers } from '#submission/number.js';
import type { Json } from '#submission/vocabulary.js';

/** A parameter as an attempt ran with it, and who set it where and why. Of a secret only that it was set. */
export interface ExplainedParameter {
  name: string;
  /** Of the region tree, or `default`: nobody set it. */
  level: string;
  region?: string | undefined;
  /** The Leistung that it was set for; `*`: for all. */
  leistung?: string;
  versionId?: string | undefined;
  value?: Json | undefined;
  set?: true;
  validFrom?: string;
  validTo?: string;
  author?: string;
  reason?: string;
}

/** What was different from the attempt before. */
export type Difference =
  | { what: 'call' | 'outcome' | 'reason' | 'adapterVersion' | 'generation'; before: Json; after: Json }
  /** Null where there was none, or is none any more. */
  | { what: 'parameter'; name: string; before: ExplainedParameter | null; after: ExplainedParameter | null };

type Explain = (ran: RanParameter) => ExplainedParameter;

/**
 * Everything that is known about a task, without its payload (P5): schema, adapter, every attempt, every parameter and
 * where it came from. Undefined: no such task. Times are ISO 8601, UTC.
 */
export async function explain(sql: Sql, taskId: string, numbers: Pick<Numbers, 'write'>) {
  const task = await explainedTask(sql, { taskId });
  if (!task) return undefined;
  const { submissionId, stepName } = task;
  const attempts = await attemptsOf(sql, { taskId });
  const explained = await parameterReader(sql, attempts);
  const last = attempts.findLast((attempt) => ranWith(attempt).length > 0);
  const answer = task.kind === 'register' ? await registerAnswer(sql, { submissionId, stepName }) : undefined;
  const sent = await sentSteps(sql, { submissionId, taskId });
  const events = await eventsAbout(sql, { submissionId, taskId });
  return {
    ...explainTask(task, numbers),
    attempts: attempts.map((attempt, n) => explainAttempt(attempt, attempts[n - 1], explained)),
    parameters: ranWith(last).map(explained),
    ...(answer && { answer }),
    sent: sent.map((step) => ({ ...step, at: step.at.toISOString() })),
    events: events.map(explainEvent),
  };
}

export type Explanation = NonNullable<Awaited<ReturnType<typeof explain>>>;

function explainTask(task: ExplainedTaskRow, numbers: Pick<Numbers, 'write'>) {
  return {
    taskId: task.taskId,
    state: task.state,
    next: task.next,
    step: task.stepName,
    kind: task.kind,
    adapter: task.adapter,
    lane: task.lane,
    leistung: task.leistung,
    ars: task.ars,
    inDoubt: task.state === 'dead' && task.inDoubt,
    outcome: task.outcome,
    reason: task.reason,
    externalReference: task.externalReference,
    generation: task.generation,
    createdAt: iso(task.createdAt),
    finishedAt: iso(task.finishedAt),
    submission: {
      submissionId: task.submissionId,
      number: numbers.write(task.number),
      caseId: task.caseId,
      client: task.client,
      channel: task.channel,
      processVersion: task.processVersion,
      schema: { id: task.schemaId, version: task.schemaVersion },
      formId: task.formId,
      receivedAt: iso(task.receivedAt),
      acceptedAt: iso(task.acceptedAt),
      traceparent: task.traceparent,
    },
  };
}

function explainAttempt(attempt: AttemptsOfRow, before: AttemptsOfRow | undefined, explained: Explain) {
  const { parameters, startedAt, finishedAt, ...rest } = attempt;
  return {
    ...rest,
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
    differs: before ? differences(before, attempt, explained) : [],
  };
}

const compared = ['call', 'outcome', 'reason', 'adapterVersion', 'generation'] as const;

function differences(before: AttemptsOfRow, after: AttemptsOfRow, explained: Explain): Difference[] {
  return [
    ...compared
      .filter((what) => before[what] !== after[what])
      .map((what) => ({ what, before: before[what], after: after[what] })),
    ...parameterDifferences(before, after, explained),
  ];
}

/** An attempt that got no further than its claim says nothing about parameters. */
function parameterDifferences(before: AttemptsOfRow, after: AttemptsOfRow, explained: Explain): Difference[] {
  if (ranWith(before).length === 0 || ranWith(after).length === 0) return [];
  const was = new Map(ranWith(before).map((ran) => [ran.name, ran]));
  const is = new Map(ranWith(after).map((ran) => [ran.name, ran]));
  const names = [...new Set([...was.keys(), ...is.keys()])].sort();
  const changed = names.filter((name) => sourceOf(was.get(name)) !== sourceOf(is.get(name)));
  const show = (ran: RanParameter | undefined) => (ran ? explained(ran) : null);
  return changed.map((name) => ({ what: 'parameter', name, before: show(was.get(name)), after: show(is.get(name)) }));
}

/** What a value came from: its version, or the default's text. */
function sourceOf(ran: RanParameter | undefined): string | undefined {
  return ran?.level === 'default' ? JSON.stringify(ran.value) : ran?.versionId;
}

const ranWith = (attempt: AttemptsOfRow | undefined): RanParameter[] => attempt?.parameters ?? [];

async function parameterReader(sql: Sql, attempts: AttemptsOfRow[]): Promise<Explain> {
  const ids = new Set(attempts.flatMap((attempt) => ranWith(attempt).flatMap((ran) => ran.versionId ?? [])));
  const versions = new Map((await versionsById(sql, [...ids])).map((version) => [version.versionId, version]));
  return (ran) => {
    const version = ran.versionId === undefined ? undefined : versions.get(ran.versionId);
    return version ? { ...ran, ...explainVersion(version) } : ran;
  };
}

function explainVersion({ leistung, sealed, value, validFrom, validTo, author, reason }: Version) {
  return {
    leistung,
    ...(sealed ? { set: true as const } : value !== undefined && { value }),
    validFrom: validFrom.toISOString(),
    ...(validTo && { validTo: validTo.toISOString() }),
    author,
    reason,
  };
}

function explainEvent({ at, type, actor, data }: EventsAboutRow) {
  return { at: iso(at), type, actor, text: eventText(type, data), data };
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
