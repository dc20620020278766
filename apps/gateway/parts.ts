import type { PersonsOf } from '#access-log/person-index.js';
import type { NoteView } from '#access-log/view.js';
import type { Bodies } from '#intake/body.js';
import type { Limits } from '#intake/service-bw/form.js';
import type { Keys } from '#parameters/keyring.js';
import type { Accept } from '#pipeline/accept.js';
import type { Informer } from '#pipeline/inform.js';
import type { Settings } from '#settings/settings.js';
import type { Database } from '#store/database.js';
import type { Take } from '#store/rates.js';
import type { Numbers } from '#submission/number.js';
import type { Check } from '#telemetry/health.js';
import type { Log } from '#telemetry/log.js';
import type { Metrics } from '#telemetry/metrics.js';
import type { Reception } from './reception.js';

/** What the gateway's controllers work with: the type, and the token under which Nest injects it. */
export abstract class GatewayParts {
  abstract readonly settings: Settings;
  abstract readonly log: Log;
  abstract readonly metrics: Metrics;
  abstract readonly db: Database;
  /** Seals secrets that are stored. */
  abstract readonly key: Keys;
  /** Submissions' numbers, as people say them. */
  abstract readonly numbers: Numbers;
  abstract readonly personsOf: PersonsOf;
  /** Stores a submission, together with those that arrive at the same time. */
  abstract readonly accept: Accept;
  /** Wake it when there is news for a portal. */
  abstract readonly informer: Pick<Informer, 'wake' | 'test'>;
  abstract readonly reception: Reception;
  abstract readonly limits: Limits;
  /** Counts a request of a client. */
  abstract readonly rate: Take | undefined;
  /** Counts a token from an address that does not hold. */
  abstract readonly failedLogins: Take | undefined;
  /** Await it before a reply's content is shown. */
  abstract readonly noteView: NoteView;
  /** Reads the bodies of hand-overs and replies. They share one budget of memory. */
  abstract readonly bodies: Bodies;
  /** What `/health/ready` looks at, by name. */
  abstract readonly checks: Record<string, Check>;
}
