import type { Json } from '../json.js';
import type { DataType, Field, Limits } from '../model.js';
import { hasZone, instantOf } from '../values/lexical.js';
import type { Random } from './random.js';

/** Draws a value of a type, within the field's limits where that is possible; patterns are not regarded. */
export const proposals: Record<DataType, (field: Field, random: Random) => Json> = {
  text: proposeText,
  text_latin: proposeText,
  date: ({ limits }, random) => proposeInstant(limits, random, day, ['1950-01-01', '2030-12-31']).slice(0, 10),
  time: proposeTime,
  datetime: ({ limits }, random) =>
    proposeInstant(limits, random, second, ['1950-01-01T00:00:00', '2030-12-31T23:59:59']),
  bool: (_, random) => random.chance(0.5),
  num: (field, random) => proposeNumber(field, random, 100),
  num_int: (field, random) => proposeNumber(field, random, 1),
  num_currency: (field, random) => proposeNumber(field, random, 100),
  file: proposeFile,
  obj: () => null,
};

// biome-ignore format: a table
const words = [
  'Muster', 'Beispiel', 'Straße', 'Müller', 'Ötztal', 'Garten', 'Hund', 'Angabe', 'Weg', 'Älteste', 'Platz', 'Haus',
];

function proposeText({ limits }: Field, random: Random): string {
  const least = Math.max(1, limits.minLength ?? 1);
  const length = random.int(least, Math.min(limits.maxLength ?? least + 30, least + 30));
  let text = random.pick(words);
  while (text.length < length) text += ` ${random.pick(words)}`;
  const cut = text.slice(0, length);
  return cut.endsWith(' ') ? `${cut.slice(0, -1)}e` : cut;
}

/** A number on a grid of 1/`per`. */
function proposeNumber({ limits }: Field, random: Random, per: number): number {
  const min = limits.min === undefined ? Math.min(0, Number(limits.max ?? 0)) : Number(limits.min);
  const max = limits.max === undefined ? Math.max(1000, min + 1000) : Number(limits.max);
  const low = Math.ceil(min * per - 1e-6);
  const high = Math.floor(max * per + 1e-6);
  return high < low ? min : random.int(low, high) / per;
}

/** Milliseconds. */
const second = 1_000;
const day = 86_400_000;

/** A dateTime on a grid of `unit` milliseconds; between the `usual` ones where the field has no limits. */
function proposeInstant({ min, max }: Limits, random: Random, unit: number, usual: [early: string, late: string]) {
  const [early, late] = usual;
  const low = instantOf(min ?? (max === undefined || early < max ? early : max));
  const high = instantOf(max ?? (min === undefined || late > min ? late : min));
  const chosen = random.int(Math.ceil(low / unit), Math.floor(high / unit)) * unit;
  const zone = hasZone(min ?? max ?? '') ? 'Z' : '';
  return `${new Date(chosen).toISOString().slice(0, 19)}${zone}`;
}

function proposeTime({ limits: { min = '00:00:00', max = '23:59:59' } }: Field, random: Random): string {
  const chosen = random.int(Math.ceil(secondsOf(min)), Math.floor(secondsOf(max)));
  const parts = [Math.floor(chosen / 3600), Math.floor(chosen / 60) % 60, chosen % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function secondsOf(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

function proposeFile({ limits }: Field, random: Random): Json {
  const type = (limits.mediaTypes ? random.pick(limits.mediaTypes) : 'application/pdf').replace('/*', '/png');
  const id = String(random.int(0, 999_999_999_999)).padStart(12, '0');
  return {
    attachmentId: `00000000-0000-4000-8000-${id}`,
    filename: `anlage-${id}.${type.split('/')[1]!.split('+')[0]}`,
    mimetype: type,
    size: random.int(1, Math.min(limits.maxSize ?? 100_000, 100_000)),
  };
}
