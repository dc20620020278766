import type { AccessLog } from '#access-log/access-log.js';
import type { Adapter } from '#adapters/contract.js';
import type { Parameters } from '#parameters/effective.js';
import type { Processes } from '#processes/processes.js';
import type { Settings } from '#settings/settings.js';
import type { Database } from '#store/database.js';
import type { ClaimedTask } from '#store/tasks.js';
import type { Verdict } from './judge.js';
import type { Relay } from './relay.js';

/** What the verbs of the way work with, in one worker. */
export interface Worker {
  /** Names this process in attempts. */
  name: string;
  db: Database;
  adapters: Map<string, Adapter>;
  parameters: Parameters;
  processes: Processes;
  settings: Settings;
  accessLog: AccessLog;
  relay: Pick<Relay, 'wake'>;
  /** Aborted when running calls must end now. */
  stop: AbortSignal;
  log(message: string, fields: Record<string, unknown>): void;
  /** Told about every recorded attempt, for metrics. */
  observe?(task: ClaimedTask, verdict: Verdict, milliseconds: number): void;
}
