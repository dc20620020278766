import type { DataType, Edge, Field, Group } from './model.js';

/** German words for the model, for people who read tables. */

export const typeNames: Record<DataType, string> = {
  text: 'Text',
  text_latin: 'Text (DIN 91379)',
  date: 'Datum',
  time: 'Uhrzeit',
  datetime: 'Zeitpunkt',
  bool: 'Ja/Nein',
  num: 'Zahl',
  num_int: 'Ganzzahl',
  num_currency: 'Geldbetrag',
  file: 'Anlage',
  obj: 'Statisches Objekt',
};

export const multiplicity = ({ min, max }: Edge) => `${min}:${max === Number.POSITIVE_INFINITY ? '*' : max}`;

export function kindName(element: Group | Field): string {
  if (element.kind === 'group') return element.choice ? 'Auswahlgruppe' : 'Gruppe';
  if (element.input === 'label') return 'Hinweis';
  const name = element.options === undefined ? typeNames[element.type] : 'Auswahl';
  return element.input === 'locked' ? `${name} (gesperrt)` : element.input === 'hidden' ? `${name} (verborgen)` : name;
}

/** Limits in one line: "1–120 Zeichen; Muster [0-9]{5}". */
export function limitsOf(element: Group | Field): string {
  if (element.kind === 'group') return '';
  const { minLength, maxLength, min, max, pattern, maxSize, mediaTypes } = element.limits;
  return [
    span(minLength, maxLength, ' Zeichen'),
    span(min, max, ''),
    pattern === undefined ? '' : `Muster ${pattern}`,
    maxSize === undefined ? '' : `bis ${maxSize} Bytes`,
    mediaTypes?.join(', ') ?? '',
  ]
    .filter(Boolean)
    .join('; ');
}

function span(low: number | string | undefined, high: number | string | undefined, unit: string): string {
  if (low === undefined && high === undefined) return '';
  if (high === undefined) return `ab ${low}${unit}`;
  if (low === undefined) return `bis ${high}${unit}`;
  return low === high ? `${low}${unit}` : `${low}–${high}${unit}`;
}
