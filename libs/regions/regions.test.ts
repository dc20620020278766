import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { corpusFolder } from '../../test/corpus.js';
import { ancestors, loadRegions, within } from './regions.js';

const regions = loadRegions();
const corpus = corpusFolder('regions');

describe('regions', () => {
  test('all municipalities, Kreise, Verwaltungsgemeinschaften, Regierungsbezirke and the Land are there', () => {
    const count = (level: string) => regions.all.filter((region) => region.level === level).length;
    expect(['gemeinde', 'kreis', 'verband', 'regierungsbezirk', 'land'].map(count)).toEqual([1101, 44, 270, 4, 1]);
  });

  test('every municipality lies in a Kreis, a Regierungsbezirk and the Land that have names', () => {
    for (const { key } of regions.municipalities) {
      expect(
        regions
          .path(key)
          .map(({ level }) => level)
          .filter((level) => level !== 'verband'),
      ).toEqual(['gemeinde', 'kreis', 'regierungsbezirk', 'land']);
    }
  });

  test('AGS, Kreis and Verband follow from the key', () => {
    const albstadt = regions.find('084175001079')!;
    expect(albstadt).toMatchObject({
      name: 'Albstadt, Stadt',
      ags: '08417079',
      kreis: { name: 'Zollernalbkreis' },
      verband: { key: '084175001' },
    });
    expect(regions.find('081110000000')!.verband).toBeUndefined();
    expect(ancestors('084175001079')).toEqual(['084175001079', '084175001', '08417', '084', '08']);
  });

  test('what is no municipality of Baden-Württemberg is not found', () => {
    for (const ars of ['091620000000', '08111', '081110000001', '', '__proto__', 'toString'])
      expect(regions.find(ars)).toBeUndefined();
  });

  test.each([
    ['08111', '081110000000', true],
    ['08111', '08111', true],
    ['081110000000', '08111', false],
    ['08111', '081150003003', false],
    ['0811', '081110000000', false],
    ['', '081110000000', false],
    ['08', '08x', false],
  ])('%s reaches %s: %s', (prefix, region, expected) => {
    expect(within(prefix, region)).toBe(expected);
  });

  (existsSync(corpus) ? test : test.skip)('names, kinds and keys are those of the real Gemeindeverzeichnis', () => {
    const lines = readFileSync(join(corpus, 'bw-gemeinden.csv'), 'utf8').trim().split('\n').slice(1);
    const real = lines.map((line) =>
      line.match(/("[^"]*"|[^,]*)(,|$)/g)!.map((cell) => cell.replace(/,$/, '').replaceAll('"', '')),
    );
    expect(real).toHaveLength(1101);
    for (const [ars, ags, name, , kind] of real) expect(regions.find(ars!)).toMatchObject({ name, kind, ags });
  });
});
