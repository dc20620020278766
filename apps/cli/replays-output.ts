import type { Cause } from '#store/dead-letters.js';
import type { ReplayItem, ReplayJob, ReplayPlan } from '#store/replays.js';
import { blocks, facts, table } from './show.js';
import { texts } from './texts.js';
import { count, region, time, word } from './values.js';

/** What `stellwerk replays` prints. */

export type Plan = ReplayPlan & { causes: Cause[] };
export type Job = ReplayJob & { actions?: { at: string; actor: string; type: string; reason: string | null }[] };
export interface Jobs {
  items: ReplayJob[];
}

/** What a replay would do. */
export function planned(plan: Plan): string {
  const { planned, tasksWouldBe, causeColumns, closedLanes, closedLaneColumns } = texts.replays;
  const causes = plan.causes.map((cause) => [
    cause.count,
    cause.adapter,
    cause.outcome,
    cause.reason,
    time(cause.first),
    time(cause.last),
  ]);
  const closed = plan.closedLanes.map((lane) => [
    lane.lane,
    region(lane.lane.split(':')[1]!),
    word(lane.why),
    lane.reason,
    lane.count,
  ]);
  return [
    planned(count(plan.count, tasksWouldBe)),
    ...leftOut(plan),
    ...(causes.length ? [table(causeColumns, causes)] : []),
    ...(closed.length ? [closedLanes, table(closedLaneColumns, closed)] : []),
  ].join('\n');
}

function leftOut({ beyond, needDecision, inOtherJob }: Plan): string[] {
  const { replays } = texts;
  return [
    beyond && replays.beyond(count(beyond, replays.tasksStay)),
    needDecision && replays.needDecision(count(needDecision, replays.tasksAre)),
    inOtherJob && replays.inOtherJob(count(inOtherJob, replays.tasksBelong)),
  ].filter((sentence) => typeof sentence === 'string');
}

/** The progress of a job in one line. */
export function progress({ state, progress: done }: ReplayJob): string {
  const { tried, processed, underWay, failedAgain, discarded, skipped } = texts.replays.progress;
  const parts = [
    tried(done.total - done.pending, done.total),
    processed(done.processed),
    done.underWay && underWay(done.underWay),
    done.failedAgain && failedAgain(done.failedAgain),
    done.discarded && discarded(done.discarded),
    done.skipped && skipped(done.skipped),
  ].filter(Boolean);
  return `${texts.replays.states[state]}: ${parts.join(', ')}`;
}

/** The progress, and how to follow the job while something is still under way. */
export function ended(job: ReplayJob): string {
  const more = job.progress.underWay > 0 || job.progress.pending > 0 ? texts.replays.goOn(job.replayId) : '';
  return progress(job) + more;
}

export function jobs({ items }: Jobs): string {
  if (items.length === 0) return texts.replays.none;
  const rows = items.map((job) => {
    const { total, processed, failedAgain, underWay, pending, skipped } = job.progress;
    return [
      job.replayId,
      time(job.createdAt),
      job.author,
      texts.replays.states[job.state],
      total,
      processed,
      failedAgain || null,
      underWay || null,
      pending || null,
      skipped || null,
      job.reason,
    ];
  });
  return table(texts.replays.columns, rows);
}

export function jobDetail(job: Job & { items: ReplayItem[] }): string {
  const labels = texts.replays.facts;
  const filter = Object.entries(job.filter)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
  const items = job.items.map((item) => [
    item.n,
    item.taskId,
    word(item.state),
    item.note ?? (item.state === 'failed-again' ? item.reason : null),
    time(item.at),
  ]);
  const actions = (job.actions ?? []).map(({ at, type, actor, reason }) => [time(at), word(type), actor, reason]);
  return blocks(
    facts([
      [labels.job, job.replayId],
      [labels.state, progress(job)],
      [labels.filter, filter || texts.replays.everything],
      [labels.parameters, word(job.parameters)],
      [labels.perSecond, job.ratePerSecond],
      [labels.author, job.author],
      [labels.reason, job.reason],
    ]),
    table(texts.replays.itemColumns, items),
    table(texts.replays.actionColumns, actions),
  );
}
