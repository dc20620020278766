import type { Place } from './findings.js';
import type { Source } from './source.js';

export interface Multiplicity {
  min: number;
  max: number;
}

/** `min:max`, `*` for without limit. */
export function parseMultiplicity(written: string | undefined): Multiplicity | undefined {
  const match = /^(\d{1,6}):(\d{1,6}|\*)$/.exec(written ?? '');
  return match === null
    ? undefined
    : { min: Number(match[1]), max: match[2] === '*' ? Number.POSITIVE_INFINITY : Number(match[2]) };
}

export function checkMultiplicity(written: string | undefined, { findings }: Source, place: Place): void {
  const times = parseMultiplicity(written);
  if (written === undefined) findings.error('1021', 'Die Multiplizität fehlt.', place);
  else if (times === undefined)
    findings.error('1046', 'Die Multiplizität muss die Form „min:max“ haben, z. B. 0:1 oder 1:*.', place);
  else if (times.min > times.max)
    findings.error('1047', 'In der Multiplizität ist das Minimum größer als das Maximum.', place);
  else if (times.max === 0) findings.error('1046', 'Die Multiplizität 0:0 lässt keine Angabe zu.', place);
}
