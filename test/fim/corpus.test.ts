import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { toJsonSchema } from '#fim/json-schema.js';
import { type CodeList, noLists, openListFolder, readCodeList } from '#fim/lists.js';
import { positions, type Schema } from '#fim/model.js';
import { readSchema } from '#fim/read.js';
import { report } from '#fim/report.js';
import { nearMisses, sample } from '#fim/sample.js';
import { compileValidator } from '#fim/validator.js';
import { corpusFolder } from '../corpus.js';

const corpus = corpusFolder('.');
const there = existsSync(join(corpus, 'fim'));
const withCorpus = there ? describe : describe.skip;
const load = (...path: string[]) => readFileSync(join(corpus, ...path));

withCorpus('the corpus of real files', () => {
  test.each([
    ['xdf2/minimal.xml', 'read'],
    ['xdf2/label.xml', 'read'],
    ['xdf2/simple.xml', 'read'],
    ['xdf2/rule.xml', 'read'],
    ['xdf2/select.xml', '1115'],
    ['xdf2/unknown-namespace.xml', 'standard'],
    ['xdf2/duplicate-required-value.xml', 'duplicate'],
    ['xdf3/simple.xml', 'read'],
    ['xdf3/input.xml', '1040'],
    ['xdf3/missing-id-node.xml', '1038'],
    ['xdf3/unknown-namespace.xml', 'standard'],
    ['xdf3/invalid-freigabestatus.xml', '1032'],
  ])('%s: %s', (file, expected) => {
    const { model, findings } = readSchema(load('fim', file), { lists: noLists });
    if (expected === 'read') expect(model).toBeDefined();
    else
      expect(findings.filter((finding) => finding.severity === 'error').map((finding) => finding.code)).toContain(
        expected,
      );
  });

  test('every code list has codes, and the folder finds each by URI and version', () => {
    const folder = openListFolder(join(corpus, 'genericode'));
    const files = readdirSync(join(corpus, 'genericode'));
    for (const file of files) {
      const list = readCodeList(load('genericode', file));
      expect(`${list.versionUri.replaceAll(':', '.')}.xml`).toBe(file);
      expect(list.rows.length).toBeGreaterThan(0);
      expect(folder.find(list.uri, list.version)?.sha256).toBe(list.sha256);
      expect(folder.find(list.uri, '0.0')).toBeUndefined();
    }
    expect(files.length).toBeGreaterThanOrEqual(17);
  });
});

withCorpus('the real schema S00000121', () => {
  const xml = there ? load('fim', 'xdf2', 'S00000121V1.0_BlaueKarteEU_xdf2.xml') : '';
  const list = (file: string): CodeList => readCodeList(load('genericode', file));
  const bindings = () => {
    const states = list('urn.de.bund.destatis.bevoelkerungsstatistik.schluessel.staat_2024-08-01.xml');
    return {
      'urn:xpersonenstand:schluesseltabelle:geschlecht': list('urn.xoev-de.xinneres.codeliste.geschlecht_1.xml'),
      'urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staatsangehoerigkeit_2017-01-01': states,
      'urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staat': states,
      'urn:de:xoev:codeliste:erreichbarkeit': list('urn.de.xoev.codeliste.erreichbarkeit_3.xml'),
    };
  };

  test('is refused without its lists, naming all four', () => {
    const { model, findings } = readSchema(xml, { lists: openListFolder(join(corpus, 'genericode')) });
    expect(model).toBeUndefined();
    const missing = findings
      .filter((finding) => finding.code === '1115')
      .map((finding) => finding.message)
      .join();
    for (const urn of Object.keys(bindings())) expect(missing).toContain(urn.replace(/_.*/, ''));
  });

  test('has all its 88 field positions in the derived schema, with the bound lists on record', () => {
    const { model } = readSchema(xml, { lists: noLists, bind: bindings() });
    const fields = [...positions(model!)].filter(({ edge }) => edge.element.kind === 'field');
    expect(fields).toHaveLength(88);
    expect(new Set(fields.map(({ edge }) => edge.element.key)).size).toBe(71);
    expect(model!.lists.map(({ how, version }) => `${how} ${version}`)).toEqual([
      'bound 2',
      'bound 2017-01-01',
      'bound 2017-01-01',
      'bound 2',
    ]);
    const { $defs } = toJsonSchema(model!) as { $defs: Record<string, { properties?: object }> };
    for (const { edge, parents } of fields) {
      expect($defs).toHaveProperty([edge.element.key]);
      const holder = parents.at(-1);
      if (holder !== undefined) expect($defs[holder.key]!.properties).toHaveProperty([edge.element.id]);
    }
  });

  test('enforces a rule that it has only as text by rules beside it, and its samples follow', () => {
    const { model } = readSchema(xml, { lists: noLists, bind: bindings() });
    const [owner] = [...positions(model!)].filter(({ edge }) => edge.element.id === 'G00000636');
    const { id, text } = owner!.edge.element.rules[0]!;
    const condition = { not: { equal: [{ identifier: 'self.F00001027' }, true] } };
    const statement = { effect: 'forbid', target: 'self.F00001028', condition, message: 'Nur wer versichert ist.' };
    const rules = JSON.stringify({
      schema: model!.id,
      schemaVersion: model!.version,
      version: '1',
      rules: [{ id: 'versicherung', rule: id, text, statements: [statement] }],
    });
    const read = readSchema(xml, { lists: noLists, bind: bindings(), rules });
    const before = report(model!).rules.unchecked.length;
    expect(report(read.model!).rules).toMatchObject({ checked: 1, added: [{ id, by: ['versicherung'] }] });
    expect(report(read.model!).rules.unchecked).toHaveLength(before - 1);
    const group = (insured: boolean) => ({ G00000636: { F00001027: insured, F00001028: 'Kasse' } });
    const saidBy = (schema: Schema, insured: boolean) =>
      compileValidator(schema)
        .validate(group(insured))
        .errors.filter(({ code }) => code === 'rule').length;
    expect([saidBy(model!, false), saidBy(read.model!, false), saidBy(read.model!, true)]).toEqual([0, 1, 0]);
    expect(compileValidator(read.model!).validate(sample(read.model!, { seed: 3, fill: 1 })).errors).toEqual([]);
  });

  test('accepts its samples and knows several hundred near misses', () => {
    const { model } = readSchema(xml, { lists: noLists, bind: bindings() });
    const { validate } = compileValidator(model!);
    for (let seed = 0; seed < 20; seed++) expect(validate(sample(model!, { seed })).errors).toEqual([]);
    expect(nearMisses(model!).length).toBeGreaterThan(300);
  });
});
