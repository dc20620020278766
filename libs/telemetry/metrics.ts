import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What waits, read from the store at each scrape. Each count goes up to 10 000, so that a scrape costs little. */
export interface Backlog {
  lanesOpen: number;
  lanesClosed: number;
  deadLetters: number;
  /** Hosts that do not answer, and hosts with all the calls that they may have. */
  hostsSilent: number;
  hostsFull: number;
  /** Notices that portals have not yet received. */
  notices: number;
  /** Seconds since the oldest task that should have been worked on became due; 0 if there is none. */
  oldestWaitingSeconds: number;
  evidence: {
    /** Entries in the evidence log. */
    sealed?: { size: number } | undefined;
    /** Seconds since the oldest entry came that is not in it; 0 if there is none. */
    lag: number;
    /** The transaction that has been open longest. */
    transaction?: { name: string; seconds: number } | undefined;
  };
}

export type Metrics = ReturnType<typeof openMetrics>;

const taskSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const requestSeconds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/**
 * The metrics of one process, for Prometheus. Labels are bounded: adapters, outcomes and codes are closed lists, routes
 * are templates; a municipality or a Leistung is never a label.
 */
export function openMetrics(app: string, backlog?: () => Promise<Backlog>) {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  if (backlog) watchBacklog(registry, backlog);
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <Label extends string>(name: string, help: string, buckets: number[], ...labelNames: Label[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });
  return {
    registry,
    submissionsAccepted: counter('stellwerk_submissions_accepted_total', 'Submissions answered with 202'),
    submissionsRejected: counter(
      'stellwerk_submissions_rejected_total',
      'Submissions answered with a problem, by its code',
      'code',
    ),
    replies: counter('stellwerk_replies_total', 'Replies of Fachverfahren, by status', 'status'),
    callbacks: counter(
      'stellwerk_portal_callbacks_total',
      'Calls of portals, by result: informed, failed, ended',
      'result',
    ),
    tasks: counter('stellwerk_tasks_total', 'Attempts of tasks, by adapter and outcome', 'adapter', 'outcome'),
    taskDuration: histogram(
      'stellwerk_task_duration_seconds',
      'From the claim of a task to its record, by adapter',
      taskSeconds,
      'adapter',
    ),
    ticketsPublished: counter(
      'stellwerk_tickets_published_total',
      'Tickets, by result: confirmed, returned, refused, unavailable',
      'result',
    ),
    strays: counter('stellwerk_strays_total', 'Stray messages, by the reason that the broker gives', 'reason'),
    brokerUp: new Gauge({
      name: 'stellwerk_broker_up',
      help: '1 while connected and not blocked, by direction (in, out)',
      labelNames: ['direction'],
      registers,
    }),
    requestDuration: histogram(
      'stellwerk_http_request_duration_seconds',
      'HTTP requests, by method, route template and status',
      requestSeconds,
      'method',
      'route',
      'status',
    ),
  };
}

/** While the store does not answer, these gauges are NaN and the scrape goes on. */
function watchBacklog(registry: Registry, backlog: () => Promise<Backlog>): void {
  let pending: Promise<Backlog | undefined> | undefined;
  /** The registry collects all gauges at once: one query per scrape serves all of them. */
  function read() {
    pending ??= backlog()
      .catch(() => undefined)
      .finally(() => {
        pending = undefined;
      });
    return pending;
  }
  function gauge(name: string, help: string, labelNames: string[], set: (gauge: Gauge, now?: Backlog) => void) {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        set(this, await read());
      },
    });
  }
  gauge('stellwerk_lanes', 'Lanes, by state; counted up to 10000 each', ['state'], (lanes, now) => {
    lanes.set({ state: 'open' }, now?.lanesOpen ?? Number.NaN);
    lanes.set({ state: 'closed' }, now?.lanesClosed ?? Number.NaN);
  });
  gauge('stellwerk_hosts', 'Hosts that lanes wait for, by state: silent, full', ['state'], (hosts, now) => {
    hosts.set({ state: 'silent' }, now?.hostsSilent ?? Number.NaN);
    hosts.set({ state: 'full' }, now?.hostsFull ?? Number.NaN);
  });
  gauge(
    'stellwerk_dead_letters',
    'Tasks that are not retried without an operator; counted up to 10000',
    [],
    (dead, now) => dead.set(now?.deadLetters ?? Number.NaN),
  );
  gauge(
    'stellwerk_portal_notices',
    'Notices that portals have not yet received; counted up to 10000',
    [],
    (notices, now) => notices.set(now?.notices ?? Number.NaN),
  );
  gauge('stellwerk_oldest_waiting_seconds', 'Age of the oldest task that is due', [], (oldest, now) =>
    oldest.set(now?.oldestWaitingSeconds ?? Number.NaN),
  );
  gauge('stellwerk_sealed_entries', 'Entries in the evidence log', [], (sealed, now) =>
    sealed.set(now ? (now.evidence.sealed?.size ?? 0) : Number.NaN),
  );
  gauge('stellwerk_seal_lag_seconds', 'Age of the oldest entry that is not yet in the evidence log', [], (lag, now) =>
    lag.set(now?.evidence.lag ?? Number.NaN),
  );
  gauge(
    'stellwerk_oldest_transaction_seconds',
    'Age of the transaction that has been open longest; named once that is a minute',
    ['transaction'],
    (oldest, now) => {
      oldest.reset();
      const { name = '', seconds = 0 } = now?.evidence.transaction ?? {};
      oldest.set({ transaction: seconds > 60 ? name : '' }, now ? seconds : Number.NaN);
    },
  );
}
