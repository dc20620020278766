import type { Worker } from '#pipeline/worker.js';
import type { Log } from '#telemetry/log.js';
import type { Metrics } from '#telemetry/metrics.js';
import { parseTraceparent } from '#telemetry/trace.js';

/** Counts and times every recorded attempt, and writes one line about it to the log. */
export function attemptObserver(metrics: Metrics, log: Log): NonNullable<Worker['observe']> {
  return (task, verdict, milliseconds) => {
    metrics.tasks.inc({ adapter: task.adapter, outcome: verdict.outcome });
    metrics.taskDuration.observe({ adapter: task.adapter }, milliseconds / 1000);
    log.info('attempted', {
      traceId: parseTraceparent(task.traceparent)?.traceId,
      submissionId: task.submissionId,
      taskId: task.taskId,
      leistung: task.leistung,
      ars: task.ars,
      adapter: task.adapter,
      step: task.stepName,
      attempt: task.attempt,
      outcome: verdict.outcome,
      state: verdict.state,
      durationMs: Math.round(milliseconds * 10) / 10,
    });
  };
}
