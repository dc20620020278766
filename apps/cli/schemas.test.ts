import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestConsole, type TestConsole } from '../../test/kit/console.js';
import { codeList, free, smallRules, smallSchema } from '../../test/kit/schemas.js';

let c: TestConsole;
let folder: string;
beforeAll(async () => {
  c = await openTestConsole();
  folder = mkdtempSync(join(tmpdir(), 'stellwerk-cli-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await c.close();
});

const stellwerk = (...args: string[]) => c.stellwerk('operator', args);

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

test('stellwerk schemas takes a schema in, shows it and takes it back', async () => {
  const uri = 'urn:beispiel:codeliste:farbe';
  const text = 'Das Anliegen ist genau bezeichnet.';
  const schema = file('schema.xml', smallSchema({ list: uri, rule: text }));
  const rules = ['--rules', file('regeln.json', smallRules(text, '1.0', 'egal'))];
  const list = ['--list', `${uri}=${file('liste.xml', codeList(uri, '7'))}`];
  const wish = ['schemas', 'import', schema, '--leistung', free, '--region', '08111'];

  expect(await stellwerk(...wish)).toMatchObject({ code: 1, out: '', err: expect.stringContaining(uri) });
  expect(await stellwerk(...wish, ...list, '--dry-run')).toMatchObject({
    code: 0,
    out: expect.stringContaining('Ließe sich übernehmen: S08000000077 1.0.0'),
  });
  expect((await stellwerk('schemas', 'list')).out).toContain('Es ist kein Schema übernommen');
  expect(await stellwerk(...wish, ...list, ...rules, '--valid-from', '2099-01-01')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/Stuttgart.*01\.01\.2099.*vorgesehen/s),
  });
  const listed = await stellwerk('schemas', 'list', '--json');
  expect(JSON.parse(listed.out).items).toMatchObject([{ schemaId: 'S08000000077', uses: [{ state: 'scheduled' }] }]);
  const shown = (await stellwerk('schemas', 'show', 'S08000000077', '1.0.0')).out;
  expect(shown).toMatch(/Zusätzliche Regeln: +1\.0\n.*farbe_7.*ausdrücklich gebunden/s);
  expect(shown).toContain(`Geprüft: R08000000770 durch anliegen: ${text}`);
  expect(await stellwerk('schemas', 'withdraw', 'S08000000077', '1.0.0', '--reason', 'doch nicht')).toMatchObject({
    code: 0,
    out: expect.stringContaining('zurückgezogen'),
  });
});

test('what is not released needs --force and a reason, and the command line says so', async () => {
  const schema = file('entwurf.xml', smallSchema({ id: 'S08000000078', status: '3' }));
  const wish = ['schemas', 'import', schema, '--leistung', free];
  expect(await stellwerk(...wish)).toMatchObject({ code: 1, err: expect.stringContaining('nicht freigegeben') });
  const forced = await stellwerk(...wish, '--force', '--reason', 'Pilotbetrieb', '--json');
  expect([forced.code, JSON.parse(forced.out).forced]).toEqual([0, 'Pilotbetrieb']);
});
