/** One line of the table. */
export interface Figure {
  name: string;
  value: string;
  /** What was promised. */
  bound?: string;
  ok: boolean;
}

export function ratio(name: string, measured: number, base: number, least: number, unit: string): Figure {
  return {
    name,
    value: `${Math.round(measured)} ${unit} = ${(measured / base).toFixed(2)} × ${Math.round(base)}`,
    bound: `≥ ${least} ×`,
    ok: measured >= least * base,
  };
}

/** The value below which the share `p` of the sorted numbers lies. */
export function percentile(sorted: number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

/** The middle one; of an even number, the upper of the two. */
export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
