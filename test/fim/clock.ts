/** Processor time of this process, milliseconds: a busy machine does not lengthen it. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
