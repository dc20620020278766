import type { Edge } from '../model.js';
import { texts } from '../texts/findings.js';
import type { SourceNode } from './source-node.js';

/** Reads `min:max`, with `*` for no limit. */
export function parseMultiplicity(written: string | undefined): Pick<Edge, 'min' | 'max'> | undefined {
  const match = /^(\d{1,6}):(\d{1,6}|\*)$/.exec(written ?? '');
  if (match === null) return undefined;
  return { min: Number(match[1]), max: match[2] === '*' ? Number.POSITIVE_INFINITY : Number(match[2]) };
}

export function checkMultiplicity(written: string | undefined, node: SourceNode): void {
  const times = parseMultiplicity(written);
  if (written === undefined) node.error('1021', texts.structure.noMultiplicity);
  else if (times === undefined) node.error('1046', texts.structure.malformedMultiplicity);
  else if (times.min > times.max) node.error('1047', texts.structure.minAboveMax);
  else if (times.max === 0) node.error('1046', texts.structure.nothingAllowed);
}
