/** Milliseconds of CPU that the work below takes on a quiet machine of two cores. */
const quiet = 190;

/**
 * How many times longer than on a quiet machine a fixed piece of work takes right now, at least 1. A test multiplies
 * its bound in milliseconds by it. Measuring CPU time alone would not be enough, because a shared core is slower too.
 */
export function pace(): number {
  const before = process.cpuUsage().user;
  let sum = 0;
  for (let round = 0; round < 6; round++) {
    const text = `${round}{"a\\"}`.repeat(600_000);
    for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) | 0;
    sum += JSON.parse(`["${'a\\"'.repeat(300_000)}"]`)[0].length;
  }
  if (sum === 0.5) throw new Error('never: keeps the compiler from leaving the work out');
  return Math.max(1, (process.cpuUsage().user - before) / 1000 / quiet);
}
