import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Json, TrustLevel } from '#submission/vocabulary.js';
import { openProcesses, shipped } from './load.js';
import type { Process } from './process.js';
import { Processes } from './processes.js';
import { planSteps } from './steps.js';

const version = (version: string, more: Partial<Process> = {}) =>
  ({ leistung: '99102013104000', version, validFrom: '2026-01-01', ...more }) as Process;
const ask = (date: string, ars = '081110000000') => ({ leistung: '99102013104000', ars, date: new Date(date) });

describe('which process', () => {
  const processes = new Processes([
    version('1', { validTo: '2026-06-30' }),
    version('2', { validFrom: '2026-07-01' }),
    version('bb', { region: '08115', validFrom: '2026-03-01' }),
    version('u', { leistung: '*' }),
  ]);

  test('is decided by the day in Berlin, not in UTC', () => {
    expect(processes.find(ask('2026-06-30T21:59:00Z'))?.version).toBe('1');
    expect(processes.find(ask('2026-06-30T22:00:00Z'))?.version).toBe('2');
    expect(processes.find(ask('2025-12-31T22:59:00Z'))).toBeUndefined();
  });

  test('is the nearer region’s, where there is one', () => {
    expect(processes.find(ask('2026-08-01T10:00:00Z', '081150003003'))?.version).toBe('bb');
    expect(processes.find(ask('2026-02-01T10:00:00Z', '081150003003'))?.version).toBe('1');
  });

  test('stays the accepted version for what was accepted, the universal one included', () => {
    expect(processes.exact('99102013104000', '1')?.version).toBe('1');
    expect(processes.exact('99050012104000', 'u')?.version).toBe('u');
    expect(processes.exact('99050012104000', '1')).toBeUndefined();
  });

  test('cannot be ambiguous: a version exists once', () => {
    expect(() => processes.add(version('2'))).toThrow('schon');
    expect(() => processes.add(version('u'))).toThrow('schon');
    expect(() => processes.add(version('2', { leistung: '*' }))).toThrow('schon');
  });
});

describe('which steps', () => {
  const process = openProcesses().find(ask('2026-11-20T08:00:00Z'))!;
  const consent = (given: boolean | undefined) => ({ G99000000005: { F99000000030: given as boolean } });

  test('a lookup happens only with the consent of the form and at the level of trust that is demanded', () => {
    expect(
      planSteps(process, { data: consent(true), parameters: {}, trustLevel: 'substantiell' }).steps.map(
        ({ name, adapter }) => [name, adapter],
      ),
    ).toEqual([
      ['melderegister', 'melderegister'],
      ['zustellung', 'rest'],
    ]);
    const answered = (trustLevel?: TrustLevel, demands?: () => TrustLevel) =>
      planSteps(process, { data: consent(true), parameters: {}, trustLevel, demands }).skipped.map(
        ({ reason }) => reason,
      );
    expect(answered('hoch')).toEqual([]);
    expect(answered('niedrig')).toEqual([
      'Die Auskunft verlangt das Vertrauensniveau „substantiell“; die Person hat sich mit „niedrig“ ausgewiesen.',
    ]);
    expect(answered()).toEqual([
      'Die Auskunft verlangt das Vertrauensniveau „substantiell“; die Person hat sich nicht elektronisch ausgewiesen.',
    ]);
    expect(answered('substantiell', () => 'hoch')).toEqual([
      'Die Auskunft verlangt das Vertrauensniveau „hoch“; die Person hat sich mit „substantiell“ ausgewiesen.',
    ]);
    expect(answered('substantiell', () => 'niedrig')).toEqual([]);
    const without: Json[] = [consent(false), {}, { G99000000005: { F99000000030: 'true' } }];
    for (const data of without) {
      const plan = planSteps(process, { data, parameters: {} });
      expect(plan.steps.map(({ name }) => name)).toEqual(['zustellung']);
      expect(plan.skipped).toEqual([
        { step: 'Anschrift im Melderegister nachsehen', reason: 'Die Einwilligung dazu liegt nicht vor.' },
      ]);
    }
  });

  test('a region names the adapter that delivers', () => {
    expect(planSteps(process, { data: {}, parameters: { fachverfahren: 'echo' } }).steps[0]?.adapter).toBe('echo');
  });

  test('the universal process needs a region that names one', () => {
    const universal = openProcesses().universal();
    expect(planSteps(universal, { data: {}, parameters: {} })).toEqual({
      steps: [],
      skipped: [],
      missing: ['fachverfahren'],
    });
    expect(planSteps(universal, { data: {}, parameters: { fachverfahren: 'echo' } }).steps).toHaveLength(1);
  });
});

test('a further version lies in a folder below, with its own schema, and both are in use', () => {
  const dir = mkdtempSync(join(tmpdir(), 'processes-'));
  try {
    const leistung = '99108001001000';
    cpSync(join(shipped, leistung), join(dir, leistung), { recursive: true });
    cpSync(join(shipped, leistung), join(dir, leistung, '2.0.0'), { recursive: true });
    const file = join(dir, leistung, '2.0.0', 'process.json');
    const next = { ...JSON.parse(readFileSync(file, 'utf8')), version: '2.0.0', validFrom: '2027-01-01' };
    writeFileSync(file, JSON.stringify(next));
    const processes = openProcesses({ dir });
    const versionOn = (day: string) =>
      processes.find({ leistung, ars: '081110000000', date: new Date(`${day}T12:00:00Z`) })?.version;
    expect([versionOn('2026-12-31'), versionOn('2027-01-01')]).toEqual(['1.1.0', '2.0.0']);
    expect(processes.exact(leistung, '1.0.0')?.validator).not.toBe(processes.exact(leistung, '2.0.0')?.validator);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('rules beside the schema in a process folder are checked with it, and wrong ones are named', () => {
  const dir = mkdtempSync(join(tmpdir(), 'processes-'));
  try {
    cpSync(join(shipped, '99050012104000'), join(dir, 'gewerbe'), { recursive: true });
    const beside = (name: string) => join(dir, 'gewerbe', name);
    const written = JSON.parse(readFileSync(beside('process.json'), 'utf8'));
    writeFileSync(beside('process.json'), JSON.stringify({ ...written, rules: 'handwerk.json' }));
    const field = 'G99002000012.F99002000028';
    const condition = { equal: [{ identifier: field }, true] };
    const statement = { effect: 'valid', target: field, condition, message: 'Ohne Karte kein Handwerk.' };
    const text = 'Bei der Betriebsart Handwerk soll eine Handwerkskarte vorliegen.';
    const rules = {
      schema: 'S99002000001',
      schemaVersion: '1.0.0',
      version: '1',
      rules: [{ id: 'karte', rule: 'R99002000006', text, statements: [statement] }],
    };
    writeFileSync(beside('handwerk.json'), JSON.stringify(rules));
    const errorsOf = (version: string) =>
      openProcesses({ dir })
        .exact('99050012104000', version)!
        .validator.validate({ G99002000012: { F99002000028: false } })
        .errors.filter(({ code }) => code === 'rule')
        .map(({ path }) => path);
    expect([errorsOf('1.0.0'), errorsOf('1.1.0')]).toEqual([[field], []]);
    writeFileSync(beside('handwerk.json'), JSON.stringify(rules).replace('Betriebsart', 'Art'));
    expect(() => openProcesses({ dir })).toThrow('gewerbe/process.json: Der Text der Regel R99002000006 lautet');
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('a process that cannot be read is refused with one sentence that names file and cause', () => {
  const dir = mkdtempSync(join(tmpdir(), 'processes-'));
  try {
    cpSync(join(shipped, 'universal'), join(dir, 'universal'), { recursive: true });
    const file = join(dir, 'universal', 'process.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('G99009000001.F99009000001', 'G99009000001.F99009000077'));
    expect(() => openProcesses({ dir })).toThrow('universal/process.json: anliegen.betreff: Den Pfad');
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('nothing starts with a template that does not fit: the sentence names process, step and template', () => {
  const dir = mkdtempSync(join(tmpdir(), 'processes-'));
  try {
    cpSync(join(shipped, '99102013104000'), join(dir, 'hund'), { recursive: true });
    const file = join(dir, 'hund', 'hundesteuer-csv.jsonata');
    writeFileSync(file, readFileSync(file, 'utf8').replace('parameters.kassenzeichen', 'parameters.zeichen'));
    expect(() => openProcesses({ dir })).toThrow(
      'Der Prozess 99102013104000 1.0.0 ist nicht stimmig: Schritt zustellung, Vorlage hundesteuer-csv: ' +
        'Der Parameter zeichen ist nicht definiert.',
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
});
