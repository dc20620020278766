import type { Edge, Field, Group, Reference, Schema } from './model.js';
import { texts } from './texts/report.js';
import { sizeForPeople } from './texts/validation.js';
import { momentForPeople } from './values/everyday.js';

/** How tables and comments show the parts of a model, in German. */

export const multiplicityLabel = ({ min, max }: Edge) => `${min}:${max === Number.POSITIVE_INFINITY ? '*' : max}`;

export function kindLabel(element: Group | Field): string {
  if (element.kind === 'group') return element.choice ? texts.kinds.choice : texts.kinds.group;
  if (element.input === 'label') return texts.kinds.label;
  const kind = element.options === undefined ? texts.types[element.type] : texts.kinds.select;
  if (element.input === 'locked') return texts.kinds.locked(kind);
  return element.input === 'hidden' ? texts.kinds.hidden(kind) : kind;
}

/** Limits in one line: "1–120 Zeichen; Muster [0-9]{5}". */
export function limitsLabel(element: Group | Field): string {
  if (element.kind === 'group') return '';
  const { minLength, maxLength, min, max, pattern, maxSize, mediaTypes = [] } = element.limits;
  return [
    rangeLabel(minLength, maxLength, texts.limits.characters),
    rangeLabel(min && momentForPeople(min), max && momentForPeople(max), ''),
    pattern === undefined ? '' : texts.limits.pattern(pattern),
    maxSize === undefined ? '' : texts.limits.maxSize(sizeForPeople(maxSize)),
    mediaTypes.join(', '),
  ]
    .filter(Boolean)
    .join('; ');
}

function rangeLabel(low: number | string | undefined, high: number | string | undefined, unit: string): string {
  if (low === undefined && high === undefined) return '';
  if (high === undefined) return texts.limits.from(low!, unit);
  if (low === undefined) return texts.limits.to(high, unit);
  return low === high ? `${low}${unit}` : texts.limits.fromTo(low, high, unit);
}

/** On what an edge and its element rest. */
export function basisLabel({ references, element }: Edge): string {
  const inOneLine = ({ text }: Reference) => text.replace(/\s*\n\s*/g, '; ');
  return [...new Set([...references, ...element.references].map(inOneLine))].join('; ');
}

/** Identity, standard and validity of a schema in one line. */
export const schemaLabel = ({ key, standard, validFrom, validTo }: Schema): string =>
  [
    key,
    texts.catalogue.standard(standard),
    validFrom && texts.catalogue.validFrom(momentForPeople(validFrom)),
    validTo && texts.catalogue.validTo(momentForPeople(validTo)),
  ]
    .filter(Boolean)
    .join(', ');
