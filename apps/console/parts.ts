import type { AccessLog } from '#access-log/access-log.js';
import type { NoteView } from '#access-log/view.js';
import type { Adapter } from '#adapters/contract.js';
import type { ReplayJobs } from '#operator/replay-job.js';
import type { Changes } from '#parameters/changes.js';
import type { Parameters } from '#parameters/effective.js';
import type { Processes } from '#processes/processes.js';
import type { Schemas } from '#schema-import/schemas.js';
import type { Settings } from '#settings/settings.js';
import type { Database } from '#store/database.js';
import type { Log } from '#telemetry/log.js';
import type { Metrics } from '#telemetry/metrics.js';

/** What the console's controllers work with. */
export interface Parts {
  settings: Settings;
  log: Log;
  metrics: Metrics;
  db: Database;
  adapters: Map<string, Adapter>;
  processes: Processes;
  parameters: Parameters;
  changes: Changes;
  schemas: Schemas;
  accessLog: AccessLog;
  /** To be awaited before anything of a submission's payload is shown. */
  noteView: NoteView;
  jobs: ReplayJobs;
  /** Adapters that can look whether something arrived. */
  finders: string[];
}
