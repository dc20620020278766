import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What waits, read from the store at each scrape. */
export interface Backlog {
  lanesOpen: number;
  lanesClosed: number;
  deadLetters: number;
  /** What portals are still to be told. */
  notices: number;
  /** Seconds since the oldest task that should have been worked on became due; 0 if there is none. */
  oldestWaitingSeconds: number;
}

export type Metrics = ReturnType<typeof openMetrics>;

/**
 * The figures of one process, for Prometheus. Labels are bounded: adapters, outcomes and codes are closed lists, routes are templates;
 * never a municipality or a Leistung.
 */
export function openMetrics(app: string, backlog?: () => Promise<Backlog>) {
  const registry = new Registry();
  registry.setDefaultLabels({ app });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  if (backlog) watchBacklog(registry, backlog);
  return {
    registry,
    submissionsAccepted: new Counter({
      name: 'stellwerk_submissions_accepted_total',
      help: 'Submissions answered with 202',
      registers,
    }),
    submissionsRejected: new Counter({
      name: 'stellwerk_submissions_rejected_total',
      help: 'Submissions answered with a problem, by its code',
      labelNames: ['code'],
      registers,
    }),
    replies: new Counter({
      name: 'stellwerk_replies_total',
      help: 'Replies that Fachverfahren brought, by status',
      labelNames: ['status'],
      registers,
    }),
    callbacks: new Counter({
      name: 'stellwerk_portal_callbacks_total',
      help: 'Calls of portals, by result: informed, failed, ended',
      labelNames: ['result'],
      registers,
    }),
    tasks: new Counter({
      name: 'stellwerk_tasks_total',
      help: 'Attempts of tasks, by adapter and outcome',
      labelNames: ['adapter', 'outcome'],
      registers,
    }),
    taskDuration: new Histogram({
      name: 'stellwerk_task_duration_seconds',
      help: 'From the claim of a task to its record, by adapter',
      labelNames: ['adapter'],
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers,
    }),
    ticketsPublished: new Counter({
      name: 'stellwerk_tickets_published_total',
      help: 'Tickets, by what became of them: confirmed, returned, refused, unavailable',
      labelNames: ['result'],
      registers,
    }),
    strays: new Counter({
      name: 'stellwerk_strays_total',
      help: 'Messages from the crash net, by the reason of the broker',
      labelNames: ['reason'],
      registers,
    }),
    brokerUp: new Gauge({
      name: 'stellwerk_broker_up',
      help: '1 while connected and not blocked, by direction (in, out)',
      labelNames: ['direction'],
      registers,
    }),
    requestDuration: new Histogram({
      name: 'stellwerk_http_request_duration_seconds',
      help: 'HTTP requests, by method, route template and status',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
  };
}

/** While the store does not answer, these have no value, and the scrape goes on. */
function watchBacklog(registry: Registry, backlog: () => Promise<Backlog>): void {
  let asked: Promise<Backlog | undefined> | undefined;
  /** One question per scrape: the registry collects all gauges at once. */
  function ask() {
    asked ??= backlog()
      .catch(() => undefined)
      .finally(() => {
        asked = undefined;
      });
    return asked;
  }
  function gauge(name: string, help: string, labelNames: string[], set: (gauge: Gauge, now?: Backlog) => void) {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        set(this, await ask());
      },
    });
  }
  gauge('stellwerk_lanes', 'Lanes, by state', ['state'], (lanes, now) => {
    lanes.set({ state: 'open' }, now?.lanesOpen ?? Number.NaN);
    lanes.set({ state: 'closed' }, now?.lanesClosed ?? Number.NaN);
  });
  gauge('stellwerk_dead_letters', 'Tasks nobody will try again by itself', [], (dead, now) =>
    dead.set(now?.deadLetters ?? Number.NaN),
  );
  gauge('stellwerk_portal_notices', 'What portals are still to be told', [], (notices, now) =>
    notices.set(now?.notices ?? Number.NaN),
  );
  gauge('stellwerk_oldest_waiting_seconds', 'Age of the oldest task that is due', [], (oldest, now) =>
    oldest.set(now?.oldestWaitingSeconds ?? Number.NaN),
  );
}
