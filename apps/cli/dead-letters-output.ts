import type { Difference, ExplainedParameter, Explanation } from '#operator/explain.js';
import type { Cause, DeadTask, StrayLetter } from '#store/dead-letters.js';
import { blocks, facts, table } from './show.js';
import { texts } from './texts.js';
import { region, time, word } from './values.js';

/** What `stellwerk dead-letters` prints. */

export interface Page {
  items: (DeadTask | StrayLetter)[];
  next: string | null;
}

export interface Causes {
  causes: Cause[];
}

export function letters({ items, next }: Page): string {
  if (items.length === 0) return texts.deadLetters.none;
  const rows = items.map((item) =>
    item.kind === 'task'
      ? [
          item.taskId,
          item.number,
          time(item.diedAt),
          region(item.ars),
          item.leistung,
          item.adapter,
          word(item.inDoubt ? 'unknown' : item.outcome),
          item.reason,
        ]
      : [item.strayId, '–', time(item.diedAt), '–', '–', item.queue, texts.deadLetters.unreadable, item.reason],
  );
  return table(texts.deadLetters.columns, rows) + (next === null ? '' : texts.moreRows);
}

export function causes({ causes }: Causes): string {
  if (causes.length === 0) return texts.deadLetters.none;
  const rows = causes.map((cause) => [
    cause.count,
    cause.adapter,
    word(cause.outcome),
    cause.reason,
    cause.municipalities,
    cause.inDoubt || null,
    time(cause.first),
    time(cause.last),
    cause.cause,
  ]);
  return table(texts.deadLetters.causeColumns, rows);
}

export function explanation(task: Explanation): string {
  const parameters = task.parameters.map((parameter) => [
    parameter.name,
    shownValue(parameter),
    origin(parameter),
    parameter.versionId ?? null,
    parameter.author ?? null,
  ]);
  const events = task.events.map((event) => [time(event.at), event.text, event.actor]);
  return blocks(
    about(task),
    table(texts.deadLetters.attemptColumns, task.attempts.map(attemptRow)),
    table(texts.deadLetters.parameterColumns, parameters),
    table(texts.deadLetters.eventColumns, events),
  );
}

function about(task: Explanation): string {
  const labels = texts.deadLetters.facts;
  const { submission } = task;
  return facts([
    [labels.task, task.taskId],
    [labels.state, `${word(task.state)}${task.inDoubt ? texts.deadLetters.inDoubt : ''}`],
    [labels.outcome, word(task.outcome)],
    [labels.reason, task.reason],
    [labels.externalReference, task.externalReference],
    [labels.step, `${task.step} (${task.adapter})`],
    [labels.municipality, region(task.ars)],
    [labels.leistung, task.leistung],
    [labels.number, submission.number],
    [labels.submission, submission.submissionId],
    [labels.caseId, submission.caseId],
    [labels.accepted, texts.deadLetters.acceptedFrom(time(submission.acceptedAt), submission.client)],
    [labels.process, submission.processVersion],
    [labels.schema, `${submission.schema.id} V${submission.schema.version}`],
  ]);
}

function attemptRow(attempt: Explanation['attempts'][number]) {
  const call = word(attempt.call);
  const polls = attempt.polls ?? 1;
  const differences = attempt.differs.filter(({ what }) => what !== 'outcome' && what !== 'reason');
  return [
    attempt.attempt,
    time(attempt.startedAt),
    polls > 1 ? texts.deadLetters.polls(call, polls) : call,
    attempt.adapterVersion,
    word(attempt.outcome),
    attempt.reason,
    differences.map(difference).join('\n'),
  ];
}

function difference(of: Difference): string {
  if (of.what === 'parameter') return `${of.name}: ${shownParameter(of.before)} → ${shownParameter(of.after)}`;
  return `${texts.deadLetters.differences[of.what]}: ${of.before ?? '–'} → ${of.after ?? '–'}`;
}

const shownParameter = (side: ExplainedParameter | null) => (side === null ? '–' : shownValue(side));

function shownValue(parameter: ExplainedParameter): string {
  if (parameter.set) return texts.parameters.secretValue;
  return typeof parameter.value === 'string' ? parameter.value : JSON.stringify(parameter.value ?? null);
}

function origin({ level, region: ars }: ExplainedParameter): string {
  return ars ? `${word(level)} ${region(ars)}` : word(level);
}
