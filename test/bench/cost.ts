import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Database } from '#store/database.js';

/** What a stretch of work cost, besides time. */
export interface Cost {
  /** Seconds of processor time, by the name of the processes. */
  cpu: Record<string, number>;
  /** Bytes of PostgreSQL's write-ahead log. */
  wal: number;
}

const ticksPerSecond = 100; // USER_HZ, the same on every Linux

/** Whether this system tells what a process takes: Linux does. */
export const measurable = existsSync('/proc/self/stat');

/** Parent and seconds of processor time of every process; those of children that have ended count for their parent. */
function processes(): Map<number, { parent: number; seconds: number }> {
  const found = readdirSync('/proc').flatMap((name): [number, { parent: number; seconds: number }][] => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      return [[Number(name), { parent: Number(fields[1]), seconds: ticks / ticksPerSecond }]];
    } catch {
      return []; // it has just ended
    }
  });
  return new Map(found);
}

/** Seconds of processor time of these processes and all that they have started. */
function secondsOf(pids: Record<string, number>): Record<string, number> {
  if (!measurable) return {};
  const all = processes();
  const belongs = (pid: number, root: number): boolean =>
    pid === root || (all.has(pid) && pid > 1 && belongs(all.get(pid)!.parent, root));
  const sum = (root: number) =>
    [...all].reduce((total, [pid, { seconds }]) => total + (belongs(pid, root) ? seconds : 0), 0);
  return Object.fromEntries(Object.entries(pids).map(([name, root]) => [name, sum(root)]));
}

/** MiB that a process has needed at most. */
export function peakMegabytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
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
