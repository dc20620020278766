import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc (proc_pid_stat(5)), the same on every Linux. */
const ticks = 100;

/** Whether this system tells what a process takes: Linux does. */
export const measurable = existsSync('/proc/self/stat');

/** Bytes of resident memory that a process needs now (`VmRSS`), or has needed at most (`VmHWM`). */
export function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kilobytes) * 1024;
}

/** Parent and seconds of processor time of every process; those of children that have ended count for their parent. */
export function processes(): Map<number, { parent: number; seconds: number }> {
  const found = readdirSync('/proc').flatMap((name): [number, { parent: number; seconds: number }][] => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      const spent = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
      return [[Number(name), { parent: Number(fields[1]), seconds: spent / ticks }]];
    } catch {
      return []; // it has just ended
    }
  });
  return new Map(found);
}

/** Seconds of processor time of these processes and all that they have started; none where the system does not say. */
export function secondsOf(pids: Record<string, number>): Record<string, number> {
  if (!measurable) return {};
  const all = processes();
  const belongs = (pid: number, root: number): boolean =>
    pid === root || (all.has(pid) && pid > 1 && belongs(all.get(pid)!.parent, root));
  const sum = (root: number) =>
    [...all].reduce((total, [pid, { seconds }]) => total + (belongs(pid, root) ? seconds : 0), 0);
  return Object.fromEntries(Object.entries(pids).map(([name, root]) => [name, sum(root)]));
}
