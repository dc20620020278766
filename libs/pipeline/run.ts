import { call, confirm, deadlineOf, findableWithinOf } from '#adapter-host/call.js';
import { surroundings } from '#adapter-host/surroundings.js';
import type { Adapter } from '#adapters/contract.js';
import { type Checkpoint, type ClaimedTask, keepCheckpoints, readCheckpoint } from '#store/tasks.js';
import type { Json } from '#submission/vocabulary.js';
import { childSpan, parseTraceparent } from '#telemetry/trace.js';
import { grouped } from './grouped.js';
import type { Circumstances, Result } from './judge.js';
import type { Resolved } from './resolve.js';
import type { Worker } from './worker.js';

/**
 * Calls the adapter. What it is about to send is durable before it leaves (`checkpoint`), fenced by the attempt's number. `confirm` tells it which replies
 * are kept.
 */
export function runner(worker: Worker): {
  run(task: ClaimedTask, resolved: Resolved): Promise<Result>;
  confirm(task: ClaimedTask, resolved: Resolved, replies: string[]): Promise<void>;
} {
  const keep = grouped((checkpoints: Checkpoint[]) => keepCheckpoints(worker.db, checkpoints, worker.db.now()));

  return {
    async run(task, resolved) {
      const answer = await call(attemptAt(task, resolved), resolved.question);
      if (task.next !== 'find' || answer.kind !== 'delivered') return answer;
      const { externalReference, note } = answer;
      return { kind: 'arrived', externalReference, ...(note && { note }) };
    },

    async confirm(task, resolved, replies) {
      const attempt = attemptAt(task, resolved);
      const leaseEnds = new Date(task.leaseUntil.getTime() - 1_000);
      if (replies.length > 0)
        await confirm({ ...attempt, deadline: leaseEnds < attempt.deadline ? leaseEnds : attempt.deadline }, replies);
    },
  };

  function attemptAt(task: ClaimedTask, { adapter, values, ran }: Resolved) {
    return {
      adapter,
      values,
      idempotencyKey: task.taskId,
      attempt: task.attempt,
      deadline: new Date(worker.db.now().getTime() + deadlineOf(adapter, worker.settings.ADAPTER_DEADLINE)),
      traceparent: childSpan(task.traceparent),
      signal: worker.stop,
      ...surroundings(worker.settings),
      now: worker.db.now,
      async checkpoint(step: string, data: Json) {
        const { submissionId, taskId, attempt, generation } = task;
        const { adapterVersion, parameters } = ran;
        const kept = await keep({ submissionId, taskId, attempt, generation, step, data, adapterVersion, parameters });
        if (kept === undefined) throw new Error('the attempt no longer holds its task');
        return kept;
      },
      kept: (step: string) => readCheckpoint(worker.db, task, step),
      log: (message: string, fields: Record<string, unknown>) =>
        worker.log(message, {
          ...fields,
          traceId: parseTraceparent(task.traceparent)?.traceId,
          taskId: task.taskId,
          submissionId: task.submissionId,
          adapter: task.adapter,
        }),
    };
  }
}

/** What a verdict needs to know of the task. */
export function circumstances(adapter: Adapter | undefined, task: ClaimedTask): Circumstances {
  const { next, kind, optional, attempt, retries, doubtAttempt, windowFrom } = task;
  return {
    ...{ next, kind, optional, attempt, retries, doubtAttempt, windowFrom },
    closedMs: task.laneClosedMs - task.windowClosedMs,
    canFind: adapter?.manifest.capabilities.find ?? false,
    findableWithin: adapter ? findableWithinOf(adapter) : 0,
  };
}
