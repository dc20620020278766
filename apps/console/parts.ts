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
import type { Take } from '#store/rates.js';
import type { Numbers } from '#submission/number.js';
import type { Log } from '#telemetry/log.js';
import type { Metrics } from '#telemetry/metrics.js';

/** What the console's controllers work with: the type, and the token under which Nest injects it. */
export abstract class ConsoleParts {
  abstract readonly settings: Settings;
  abstract readonly log: Log;
  abstract readonly metrics: Metrics;
  abstract readonly db: Database;
  abstract readonly adapters: Map<string, Adapter>;
  abstract readonly processes: Processes;
  abstract readonly parameters: Parameters;
  abstract readonly changes: Changes;
  abstract readonly schemas: Schemas;
  /** Counts a token from an address that does not hold. */
  abstract readonly failedLogins: Take | undefined;
  /** Submissions' numbers, as people say them. */
  abstract readonly numbers: Numbers;
  abstract readonly accessLog: AccessLog;
  /** Await it before anything of a submission's payload is shown. */
  abstract readonly noteView: NoteView;
  /** Wake it after a replay job was started or resumed. */
  abstract readonly jobs: Pick<ReplayJobs, 'wake'>;
  /** The ids of the adapters that can look whether a delivery arrived. */
  abstract readonly finders: string[];
}
