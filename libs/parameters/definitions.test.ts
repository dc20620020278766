import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Manifest } from '#adapters/contract.js';
import type { DefiningProcess } from './definition.js';
import { defineParameters } from './definitions.js';

const leistung = '99102013104000';
const where = { leistung, ars: '081110000000', at: new Date('2026-06-01') };

const manifest = (id: string, kind: Manifest['kind'], parameters: z.ZodObject, status = false) => ({
  manifest: { id, version: '1.0.0', kind, parameters, capabilities: { status } } as Manifest,
});
const adapters = [
  manifest(
    'soap',
    'fachverfahren',
    z.object({ url: z.url().describe('Adresse'), pin: z.string().meta({ secret: true }), retries: z.int().default(3) }),
  ),
  manifest('datei', 'fachverfahren', z.object({ ordner: z.string() })),
  manifest('register', 'register', z.object({ url: z.url() }), true),
];
const process: DefiningProcess = {
  leistung,
  title: 'Hund',
  parameters: {
    satz: { title: 'Satz', description: 'Euro', required: true, type: 'number', minimum: 0 },
    hinweis: { title: 'Hinweis', required: false, type: 'string' },
    frist: { title: 'Frist', required: true, default: 14, type: 'integer' },
  },
  steps: [
    { kind: 'register', adapter: 'register', optional: true },
    { kind: 'fachverfahren', adapter: { parameter: 'fachverfahren' }, optional: false },
  ],
};
const universal: DefiningProcess = {
  ...process,
  leistung: '*',
  title: 'Alles',
  parameters: {},
  steps: [{ kind: 'fachverfahren', adapter: { parameter: 'fachverfahren' }, optional: false }],
};
const processes = {
  all: () => [process, universal],
  find: ({ leistung }: { leistung: string }) => [process, universal].find((one) => one.leistung === leistung),
};
const definitions = defineParameters(adapters, processes);
const missing = (given: Record<string, unknown>, at = where) =>
  definitions.missing(at, new Map(Object.entries(given)) as never);

describe('definitions', () => {
  test('they come from manifests and processes: name, title, description, secret, default', () => {
    expect(definitions.all.map(({ name }) => name)).toEqual([
      'fachverfahren',
      'soap.url',
      'soap.pin',
      'soap.retries',
      'soap.slots',
      'soap.callsPerMinute',
      'datei.ordner',
      'datei.slots',
      'datei.callsPerMinute',
      'register.url',
      'register.answerDays',
      'register.slots',
      'register.callsPerMinute',
      'satz',
      'hinweis',
      'frist',
    ]);
    const by = (name: string) => definitions.matching(name, leistung)[0];
    expect(by('soap.url')).toMatchObject({ description: 'Adresse', secret: false, required: true, adapter: 'soap' });
    expect(by('soap.pin')).toMatchObject({ secret: true, required: true });
    expect(by('soap.retries')).toMatchObject({ required: false, default: 3 });
    expect(by('satz')).toMatchObject({ title: 'Satz', description: 'Euro', required: true, leistung });
    expect(by('frist')).toMatchObject({ required: false, default: 14 });
    expect(by('satz')!.schema.safeParse(-1).success).toBe(false);
  });

  test('only adapters that deliver can be named as Fachverfahren', () => {
    const [{ schema } = { schema: z.never() }] = definitions.matching('fachverfahren', '*');
    expect(['soap', 'datei', 'register', 'nichts'].map((id) => schema.safeParse(id).success)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('a name of one process is unknown to another Leistung, and known to the star', () => {
    expect(definitions.matching('satz', '99089017152000')).toEqual([]);
    expect(definitions.matching('satz', '*')).toHaveLength(1);
    expect(definitions.matching('soap.url', '99089017152000')).toHaveLength(1);
  });

  test('what is missing depends on the Fachverfahren that is named', () => {
    expect(missing({})).toEqual(['fachverfahren', 'satz']);
    expect(missing({ fachverfahren: 'soap' })).toEqual(['satz', 'soap.url', 'soap.pin']);
    expect(missing({ fachverfahren: 'datei', satz: 1, 'datei.ordner': '/x' })).toEqual([]);
    expect(missing({ fachverfahren: 'soap', 'soap.url': 'x', 'soap.pin': undefined, satz: '' })).toEqual([]);
  });

  test('an optional register counts once somebody began to set it up', () => {
    const complete = { fachverfahren: 'datei', satz: 1, 'datei.ordner': '/x' };
    expect(missing({ ...complete, 'register.anderes': 1 })).toEqual(['register.url']);
  });

  test('an optional step does not ask for its adapter', () => {
    const filing = { kind: 'register' as const, adapter: { parameter: 'akte' }, optional: true };
    const own = { ...process, parameters: {}, steps: [filing, ...process.steps] };
    const asked = defineParameters(adapters, { ...processes, find: () => own }).missing(where, new Map());
    expect(asked).toEqual(['fachverfahren']);
  });

  test('a Leistung without a process of its own needs what the process for all needs', () => {
    expect(missing({}, { ...where, leistung: '99089017152000' })).toEqual(['fachverfahren']);
  });
});

describe('the choice of a template', () => {
  const writing = {
    manifest: { ...manifest('datei', 'fachverfahren', z.object({})).manifest, formats: ['xml' as const] },
  };
  const steps = [
    {
      ...process.steps[1]!,
      templates: { 'hund-xml': { format: 'xml' as const }, 'hund-csv': { format: 'csv' as const } },
    },
  ];
  const list = [{ ...process, steps }, universal];
  const chosen = defineParameters([writing], { ...processes, all: () => list });
  const takes = (value: string, where: string) =>
    chosen.matching('datei.template', where).map(({ schema }) => schema.safeParse(value).success);

  test('is among those of the Leistung that the adapter can write; for all Leistungen it is open', () => {
    expect([takes('hund-xml', leistung), takes('hund-csv', leistung), takes('hund', leistung)]).toEqual([
      [true],
      [false],
      [false],
    ]);
    expect([takes('hund-xml', '99050012104000'), takes('hund-xml', '*')]).toEqual([[false], [true]]);
  });
});
