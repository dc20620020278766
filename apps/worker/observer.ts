import type { Worker } from '#pipeline/worker.js';
import type { Log } from '#telemetry/log.js';
import type { Metrics } from '#telemetry/metrics.js';
import { parseTraceparent } from '#telemetry/trace.js';

/** Every recorded attempt is counted, timed, and one line in the log. */
export function observer(metrics: Metrics, log: Log): NonNullable<Worker['observe']> {
  return (task, verdict, milliseconds) => {
    metrics.tasks.inc({ adapter: task.adapter, outcome: verdict.outcome });
    metrics.taskDuration.observe({ adapter: task.adapter }, milliseconds / 1000);
    const { traceparent, submissionId, taskId, leistung, ars, adapter, stepName: step, attempt } = task;
    log.info('attempted', {
      traceId: parseTraceparent(traceparent)?.traceId,
      ...{ submissionId, taskId, leistung, ars, adapter, step, attempt },
      ...{ outcome: verdict.outcome, state: verdict.state, durationMs: Math.round(milliseconds * 10) / 10 },
    });
  };
}
