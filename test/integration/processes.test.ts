import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openListFolder } from '#fim/lists.js';
import { positions } from '#fim/model.js';
import { nearMisses, sample } from '#fim/sample.js';
import type { FormField } from '#intake/service-bw/form.js';
import { splitKey } from '#intake/service-bw/keys.js';
import { admit, knownIds } from '#processes/admit.js';
import { compose, identityFile, readModel } from '#processes/assemble.js';
import { openProcesses } from '#processes/load.js';
import { rowOf } from '#processes/mapping.js';
import type { Process } from '#processes/process.js';
import { Processes } from '#processes/processes.js';
import { planSteps } from '#processes/steps.js';
import type { Json } from '#submission/vocabulary.js';
import { corpusFolder } from '../corpus.js';
import { formOf } from '../kit/form.js';
import { codeList } from '../kit/schemas.js';

const processes = openProcesses();
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe.each(processes.all().map((process) => [process.title, process] as const))('%s', (_, process) => {
  test('any valid instance comes back unchanged from the form that a portal would post for it', async () => {
    for (const seed of seeds) {
      const instance = sample(process.model, { seed, fill: seed / seeds.length });
      const { data, errors } = await admit(process, formOf(process, instance));
      expect(errors).toEqual([]);
      expect(data).toEqual(instance);
    }
  });

  test('P6 every field broken on its own is told on its own, at the form field that broke it', async () => {
    const told = new Set<string>();
    for (const { instance, code, path } of nearMisses(process.model)) {
      const form = postable(process, instance);
      if (!form || !isField(path)) continue;
      const { errors } = await admit(process, form);
      expect({ path, errors: errors.map(({ code }) => code) }).toEqual({ path, errors: [code] });
      expect(process.rows.byPath.get(path)?.map(({ group, field }) => `${group}.${field}`)).toContain(
        errors[0]!.formField?.replace(/_\d+_/, '.'),
      );
      told.add(code);
    }
    expect([...told]).toEqual(expect.arrayContaining(['required', 'pattern', 'maxLength', 'charset', 'format']));
  });
});

const isField = (path: string) => /F\d+$/.test(path);

/**
 * Some instances cannot come from a form: foreign keys, groups that are none; and a form may send a list of one for a
 * single value, or a single value for a list.
 */
function postable(process: Process, instance: Json): FormField[] | undefined {
  try {
    const form = formOf(process, instance);
    return form.some((field) => isLoose(process, field)) ? undefined : form;
  } catch {
    return undefined;
  }
}

function isLoose({ rows }: Process, { group, field, value }: FormField): boolean {
  const { max } = rowOf(rows, group, field)!.leaf;
  return Array.isArray(value) ? max === 1 && value.length === 1 : max > 1;
}

const blueCard = join(corpusFolder('fim'), 'xdf2', 'S00000121V1.0_BlaueKarteEU_xdf2.xml');
const there = existsSync(blueCard) ? describe : describe.skip;

there('the real schema S00000121 (Blaue Karte EU) as a process', () => {
  const leistung = '99010003001000';
  let lists: ReturnType<typeof ownLists>;
  let real: Process;
  let running: Processes;
  beforeAll(() => {
    lists = ownLists();
    const model = readModel(readFileSync(blueCard), openListFolder(lists.dir));
    const about = { title: model.name, version: '1.0.0', validFrom: '2000-01-01' };
    real = compose(identityFile({ leistung, adapter: 'echo', ...about }), model);
    running = new Processes([real]);
  });
  afterAll(() => lists.remove());

  test('loads with lists that the test wrote, all 88 field occurrences reachable by FIM ids', () => {
    expect(real.schema).toEqual({ id: 'S00000121', version: '1.0' });
    expect([...positions(real.model)].filter(({ edge }) => edge.element.kind === 'field')).toHaveLength(88);
    expect(new Set([...real.rows.byPath.keys()]).size).toBe(88);
    expect(running.find({ leistung, ars: '081110000000', date: new Date('2026-11-20T08:00:00Z') })).toBe(real);
    expect(planSteps(real, { data: {}, parameters: {} }).steps.map(({ adapter }) => adapter)).toEqual(['echo']);
  });

  test('takes in filled forms, through the portal’s own key notation, unchanged', async () => {
    for (const seed of seeds) {
      const instance = sample(real.model, { seed, fill: seed / seeds.length });
      const form = formOf(real, instance).map((field) => ({ ...field, ...splitKey(field.key, knownIds(real)) }));
      expect(await admit(real, form)).toMatchObject({ data: instance, errors: [] });
    }
  });

  test('tells three mistakes as exactly three, each at its form field', async () => {
    const form = formOf(real, sample(real.model, { fill: 1 }));
    const text = form.find(
      (field) =>
        leafOf(real, field).min > 0 &&
        leafOf(real, field).element.type === 'text' &&
        !leafOf(real, field).element.options,
    )!;
    const date = form.find((field) => leafOf(real, field).element.type === 'date')!;
    const select = form.find((field) => leafOf(real, field).element.options)!;
    const mistakes = new Map<FormField, Json>([
      [text, ''],
      [date, '2026-02-30'],
      [select, 'gibt es nicht'],
    ]);
    const { errors } = await admit(
      real,
      form.map((field) => ({ ...field, value: mistakes.get(field) ?? field.value })),
    );
    expect(errors.map(({ formField, code }) => [formField, code]).sort()).toEqual(
      [
        [text.key, 'required'],
        [date.key, 'format'],
        [select.key, 'codeList'],
      ].sort(),
    );
    expect(JSON.stringify(errors)).not.toContain('gibt es nicht"');
  });
});

const leafOf = ({ rows }: Process, { group, field }: FormField) => rowOf(rows, group, field)!.leaf;

/** Lists of three entries each, for the four that the real schema pins. */
function ownLists(): { dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'lists-'));
  const pinned: [string, string][] = [
    ['urn:xpersonenstand:schluesseltabelle:geschlecht', '2'],
    ['urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staatsangehoerigkeit', '2017-01-01'],
    ['urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staat', '2017-01-01'],
    ['urn:de:xoev:codeliste:erreichbarkeit', '2'],
  ];
  for (const [index, [uri, version]] of pinned.entries())
    writeFileSync(join(dir, `${index}.xml`), codeList(uri, version));
  return { dir, remove: () => rmSync(dir, { recursive: true }) };
}
