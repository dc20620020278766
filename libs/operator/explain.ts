import type { Row, Sql } from '#store/database.js';
import { type RanParameter, readStory, type TaskStory } from '#store/explanations.js';
import { type Version, versionsById } from '#store/parameters.js';
import { eventText } from '#submission/events.js';
import type { Json } from '#submission/vocabulary.js';

/** A parameter as an attempt ran with it, and who set it where and why. Of a secret only that it was set. */
export interface ExplainedParameter {
  name: string;
  /** Of the region tree, or `default`: nobody set it. */
  level: string;
  region?: string;
  /** The Leistung that it was set for; `*`: for all. */
  leistung?: string;
  versionId?: string;
  value?: Json;
  set?: true;
  validFrom?: string;
  validTo?: string;
  author?: string;
  reason?: string;
}

/** What was different from the attempt before. */
export interface Difference {
  what: 'call' | 'outcome' | 'reason' | 'adapterVersion' | 'generation' | 'parameter';
  /** Of a parameter. */
  name?: string;
  before: Json;
  after: Json;
}

type Explained = (ran: RanParameter) => ExplainedParameter;

/** Everything that is known about a task, without its payload (P5): schema, adapter, every attempt, every parameter and where it came from. Undefined: no such task. */
export async function explain(sql: Sql, taskId: string) {
  const story = await readStory(sql, taskId);
  if (!story) return undefined;
  const explained = await parameterReader(sql, story);
  const attempts = story.attempts.map((attempt, n) => explainAttempt(attempt, story.attempts[n - 1], explained));
  const last = story.attempts.findLast((attempt) => ranWith(attempt).length > 0);
  return {
    ...explainTask(story.task),
    attempts,
    parameters: ranWith(last).map(explained),
    ...(story.answer && { answer: story.answer }),
    sent: story.sent.map(({ generation, step, at }) => ({ generation, step, at: at.toISOString() })),
    events: story.events.map(explainEvent),
  };
}

export type Explanation = NonNullable<Awaited<ReturnType<typeof explain>>>;

function explainTask(task: Row) {
  return {
    taskId: task['task_id'] as string,
    state: task['state'] as string,
    next: task['next'] as string,
    step: task['step_name'] as string,
    kind: task['kind'] as string,
    adapter: task['adapter'] as string,
    lane: task['lane'] as string,
    leistung: task['leistung'] as string,
    ars: task['ars'] as string,
    inDoubt: (task['state'] === 'dead' && task['in_doubt']) as boolean,
    outcome: task['outcome'] as string | null,
    reason: task['reason'] as string | null,
    externalReference: task['external_reference'] as string | null,
    generation: task['generation'] as number,
    createdAt: iso(task['created_at']),
    finishedAt: iso(task['finished_at']),
    submission: {
      submissionId: task['submission_id'] as string,
      caseId: task['case_id'] as string,
      client: task['client'] as string,
      channel: task['channel'] as string,
      processVersion: task['process_version'] as string,
      schema: { id: task['schema_id'] as string, version: task['schema_version'] as string },
      formId: task['form_id'] as string | null,
      receivedAt: iso(task['received_at']),
      acceptedAt: iso(task['accepted_at']),
      traceparent: task['traceparent'] as string,
    },
  };
}

function explainAttempt(attempt: Row, before: Row | undefined, explained: Explained) {
  return {
    attempt: attempt['attempt'] as number,
    generation: attempt['generation'] as number,
    call: attempt['call'] as string,
    /** How often the status was asked; null for everything else. */
    polls: attempt['polls'] as number | null,
    worker: attempt['worker'] as string,
    adapterVersion: attempt['adapter_version'] as string | null,
    startedAt: iso(attempt['started_at']),
    finishedAt: iso(attempt['finished_at']),
    outcome: attempt['outcome'] as string | null,
    reason: attempt['reason'] as string | null,
    differs: before ? differences(before, attempt, explained) : [],
  };
}

const compared = {
  call: 'call',
  outcome: 'outcome',
  reason: 'reason',
  adapter_version: 'adapterVersion',
  generation: 'generation',
} as const;

function differences(before: Row, after: Row, explained: Explained): Difference[] {
  const plain = Object.entries(compared).filter(([column]) => before[column] !== after[column]);
  return [
    ...plain.map(([column, what]) => ({ what, before: before[column], after: after[column] })),
    ...parameterDifferences(before, after, explained),
  ];
}

/** An attempt that got no further than its claim says nothing about parameters. */
function parameterDifferences(before: Row, after: Row, explained: Explained): Difference[] {
  if (ranWith(before).length === 0 || ranWith(after).length === 0) return [];
  const was = new Map(ranWith(before).map((ran) => [ran.name, ran]));
  const is = new Map(ranWith(after).map((ran) => [ran.name, ran]));
  const names = [...new Set([...was.keys(), ...is.keys()])].sort();
  const changed = names.filter((name) => sourceOf(was.get(name)) !== sourceOf(is.get(name)));
  const show = (ran: RanParameter | undefined) => (ran ? (explained(ran) as unknown as Json) : null);
  return changed.map((name) => ({ what: 'parameter', name, before: show(was.get(name)), after: show(is.get(name)) }));
}

function sourceOf(ran: RanParameter | undefined): string | undefined {
  return ran && 'value' in ran ? JSON.stringify(ran.value) : ran?.versionId;
}

function ranWith(attempt: Row | undefined): RanParameter[] {
  return attempt?.['parameters'] ?? [];
}

async function parameterReader(sql: Sql, { attempts }: TaskStory): Promise<Explained> {
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

function explainEvent(event: Row) {
  const { type, actor, data } = event as {
    type: Parameters<typeof eventText>[0];
    actor: string;
    data: Record<string, Json>;
  };
  return { at: iso(event['at']), type, actor, text: eventText(type, data), data };
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
