import { call, deadlineOf, settlesWithinOf } from '#adapters/call.js';
import type { Adapter } from '#adapters/contract.js';
import { type Checkpoint, type ClaimedTask, keepCheckpoints } from '#store/tasks.js';
import { childSpan, parseTraceparent } from '#telemetry/trace.js';
import { grouped } from './group.js';
import type { Resolved } from './resolve.js';
import type { Circumstances, Result } from './verdict.js';
import type { Worker } from './worker.js';

/** Calls the adapter. What it is about to send is durable before it leaves (`checkpoint`), fenced by the attempt's number. */
export function runner(worker: Worker): (task: ClaimedTask, resolved: Resolved) => Promise<Result> {
  const keep = grouped((checkpoints: Checkpoint[]) => keepCheckpoints(worker.db, checkpoints, worker.db.now()));

  return async (task, { adapter, values, ran, question }) => {
    const answer = await call(
      {
        adapter,
        values,
        idempotencyKey: task.taskId,
        attempt: task.attempt,
        deadline: new Date(worker.db.now().getTime() + deadlineOf(adapter, worker.settings.ADAPTER_DEADLINE)),
        traceparent: childSpan(task.traceparent),
        signal: worker.stop,
        developmentHosts: worker.settings.DEVELOPMENT_HOSTS,
        dropFolder: worker.settings.DROP_FOLDER,
        now: worker.db.now,
        async checkpoint(step, data) {
          const { submissionId, taskId, attempt, generation } = task;
          const kept = await keep({
            submissionId,
            taskId,
            attempt,
            generation,
            step,
            data,
            adapterVersion: ran.adapterVersion,
            parameters: ran.parameters,
          });
          if (kept === undefined) throw new Error('the attempt no longer holds its task');
          return kept;
        },
        log: (message, fields) =>
          worker.log(message, {
            ...fields,
            traceId: parseTraceparent(task.traceparent)?.traceId,
            taskId: task.taskId,
            submissionId: task.submissionId,
            adapter: task.adapter,
          }),
      },
      question,
    );
    return task.next === 'find' && answer.kind === 'delivered'
      ? { kind: 'arrived', externalReference: answer.externalReference }
      : answer;
  };
}

/** What a verdict needs to know of the task. */
export function circumstances(adapter: Adapter | undefined, task: ClaimedTask): Circumstances {
  const { next, kind, optional, attempt, retries, doubtAttempt, windowFrom } = task;
  return {
    ...{ next, kind, optional, attempt, retries, doubtAttempt, windowFrom },
    closedMs: task.laneClosedMs - task.windowClosedMs,
    canFind: adapter?.manifest.capabilities.find ?? false,
    settlesWithin: adapter ? settlesWithinOf(adapter) : 0,
  };
}
