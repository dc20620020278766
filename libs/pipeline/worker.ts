import type { AccessLog } from '#access-log/access-log.js';
import type { Adapter } from '#adapters/contract.js';
import type { Parameters } from '#parameters/effective.js';
import type { Processes } from '#processes/processes.js';
import type { Settings } from '#settings/settings.js';
import type { StoredAttachment } from '#store/attachments.js';
import type { Opened } from '#store/contents.js';
import type { Database } from '#store/database.js';
import type { AccessLogEntry, AccessLogOutcome, AttemptRecord, Checkpoint } from '#store/rows.js';
import type { ClaimTasksRow } from '#store/sql/claim.js';
import type { Departures } from './departures.js';
import type { Verdict } from './judge.js';
import type { Hold, Pulse } from './pulse.js';
import type { Relay } from './relay.js';
import type { Slots } from './slots.js';

/** A task that this worker holds, with everything its attempt needs. */
export type ClaimedTask = Opened<ClaimTasksRow> & {
  /** Whether it still does. Absent: nobody takes over before the lease ends. */
  hold?: Hold;
};

/** What a worker process is made of. */
export interface Worker {
  /** Names this process in attempts. */
  name: string;
  db: Database;
  /** Those that this worker runs, by id. */
  adapters: Map<string, Adapter>;
  /** All of this host, also those that other workers run. Absent: the same. */
  installed?: Map<string, Adapter>;
  parameters: Parameters;
  processes: Processes;
  settings: Settings;
  accessLog: AccessLog;
  relay: Pick<Relay, 'wake'>;
  /** Aborted when running calls must end now. */
  stop: AbortSignal;
  /** Absent: nobody is told whether this worker lives, and it watches nobody. */
  pulse?: Pulse;
  /** Absent: what may have left, nobody else can know. */
  departures?: Departures | undefined;
  log(message: string, fields: Record<string, unknown>): void;
  /** Called after every recorded attempt, for metrics. */
  observe?(task: ClaimedTask, verdict: Verdict, milliseconds: number): void;
}

/** What the verbs of the way work with. */
export interface WorkerOnTheWay extends Worker {
  writes: GroupedWrites;
  /** How many calls each lane may have. */
  slots: Slots;
  /** What was handed in with a submission: like the writes, in groups. */
  filesOf(submissionId: string): Promise<StoredAttachment[]>;
}

/** Whom a call will go to, and how often it may be called. */
export interface Target {
  /** `host[:port]`, empty where the adapter calls none. */
  host: string;
  /** Calls at once; undefined: as the settings say. */
  slots: number | undefined;
  /** Undefined: any. */
  callsPerMinute: number | undefined;
}

/** `target`: undefined: not known. */
export interface Asked {
  taskId: string;
  target: Target | undefined;
}

/** What many attempts write at the same time goes to the store in groups, one statement each; see `grouped.ts`. */
export interface GroupedWrites {
  /** Undefined: somebody else has the task, or there is nothing to do. */
  claim(asked: Asked): Promise<ClaimedTask | undefined>;
  /** What an earlier attempt has kept under the step, or null; undefined: the attempt no longer holds its task. */
  checkpoint(checkpoint: Checkpoint): Promise<Buffer | null | undefined>;
  /** Durable when it resolves. */
  logAccess(entry: AccessLogEntry): Promise<unknown>;
  logOutcome(outcome: AccessLogOutcome): Promise<unknown>;
  /** False: the attempt no longer held its task, and nothing is written. */
  record(record: AttemptRecord): Promise<boolean>;
  forgetLaneFailures(lane: string): Promise<unknown>;
}
