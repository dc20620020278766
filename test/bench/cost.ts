import type { Database } from '#store/database.js';
import { measurable, processes, secondsOf } from '../kit/consumption.js';

/** What a stretch of work cost, besides time. */
export interface Cost {
  /** Seconds of processor time, by the name of the processes. */
  cpu: Record<string, number>;
  /** Bytes of PostgreSQL's write-ahead log. */
  wal: number;
}

/** The processes of PostgreSQL and RabbitMQ, where they run on this machine and are asked for. */
export async function serverPids(db: Database): Promise<Record<string, number>> {
  if (!measurable) return {};
  const { rows } = await db.query<{ pid: number }>('select pg_backend_pid() as pid');
  const backend = processes().get(rows[0]!.pid);
  const management = process.env.TEST_AMQP_MANAGEMENT_URL;
  const broker = management && (await brokerPid(management));
  return { ...(backend && { PostgreSQL: backend.parent }), ...(broker && { RabbitMQ: broker }) };
}

async function brokerPid(management: string): Promise<number> {
  const { username, password, origin } = new URL(management);
  const authorization = `Basic ${btoa(`${username}:${password}`)}`;
  const nodes = (await (await fetch(`${origin}/api/nodes`, { headers: { authorization } })).json()) as [
    { os_pid: string },
  ];
  return Number(nodes[0].os_pid);
}

/** Runs `work` and says what it cost the processes and the log. */
export async function costOf<T>(
  db: Database,
  pids: Record<string, number>,
  work: () => Promise<T>,
): Promise<{ result: T; cost: Cost }> {
  const [before, from] = [secondsOf(pids), await walPosition(db)];
  const result = await work();
  const after = secondsOf(pids);
  const cpu = Object.fromEntries(Object.keys(after).map((name) => [name, after[name]! - before[name]!]));
  return { result, cost: { cpu, wal: (await walPosition(db)) - from } };
}

async function walPosition(db: Database): Promise<number> {
  const { rows } = await db.query<{ bytes: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text as bytes`,
  );
  return Number(rows[0]!.bytes);
}
