import type { Edge, Field, Group, Schema } from '#fim/model.js';

const named = (id: string) => ({
  id,
  key: id,
  name: id,
  label: id,
  references: [],
  status: 6,
  relations: [],
  rules: [],
});
const edge = (element: Group | Field, min: number, max: number): Edge => ({ min, max, references: [], element });
const field = (id: string, min = 0, max = 1) =>
  edge({ ...named(id), kind: 'field', input: 'input', type: 'text', limits: {}, prefill: 'keine' }, min, max);
const group = (id: string, edges: Edge[], min = 0, max = 1) =>
  edge({ ...named(id), kind: 'group', choice: false, edges }, min, max);

const withinG4 = [field('F6')];

/**
 * Groups that repeat within groups (G1, G2), one group at two positions (G4), a field that repeats (F3), a field
 * without group (F7).
 */
export const nested: Schema = {
  ...named('S1'),
  kind: 'schema',
  standard: '3.0.0',
  message: '0102',
  lists: [],
  edges: [
    group('G1', [field('F1', 1), field('F4'), group('G2', [field('F2', 1)], 0, 3)], 0, 5),
    group('G3', [field('F5', 1), field('F3', 0, 9), group('G4', withinG4)], 1),
    group('G5', [group('G4', withinG4)]),
    field('F7'),
  ],
};
