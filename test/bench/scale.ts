/**
 * How much is measured. `-- --brief` runs every part once, in seconds: what it prints says nothing about speed, only
 * that the part still runs. `npm test` does so.
 */
export const brief = process.argv.includes('--brief');

/** `of` in a measurement, `briefly` in a brief run; an environment variable decides otherwise. */
export function scaled(variable: string, of: number, briefly: number): number {
  return Number(process.env[variable] ?? (brief ? briefly : of));
}

/** Seconds of load for one figure. */
export const seconds = scaled('BENCH_SECONDS', 8, 0.5);
