import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { field3, regel, schema3, times } from '../../test/fim/handmade.js';

const dir = mkdtempSync(join(tmpdir(), 'fim-'));
afterAll(() => rmSync(dir, { recursive: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

const F1 = 'F08000000001';
const schema = file('schema.xml', schema3(times('1:1', field3(F1, 'date'))));
const younger = file('younger.xml', schema3(times('0:1', field3(F1, 'date'))));
const broken = file('broken.xml', '<a>');
const good = file('good.json', `{"${F1}":"2024-02-29"}`);
const bad = file('bad.json', `{"${F1}":"geheim"}`);

const program = `import('commander').then(async ({ Command }) => {
  const { registerFim } = await import(process.env.FIM_CLI);
  const program = new Command('stellwerk');
  registerFim(program);
  await program.parseAsync(['node', 'stellwerk', 'fim', ...JSON.parse(process.env.FIM_ARGS)]);
})`;

function fim(...args: string[]) {
  const env = { ...process.env, FIM_CLI: new URL('./fim.js', import.meta.url).href, FIM_ARGS: JSON.stringify(args) };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('stellwerk fim', () => {
  test('check tells what is enforced, and refuses with its reason', () => {
    expect(fim('check', schema)).toMatchObject({ status: 0, stdout: expect.stringContaining('1 verpflichtend') });
    const refused = fim('check', broken, '--json');
    expect([refused.status, JSON.parse(refused.stdout).readable]).toEqual([2, false]);
    expect(fim('check', schema, broken, '--json').status).toBe(2);
    expect(fim('validate', broken, good).status).toBe(2);
  });

  test('check says what nobody can fill in, and sample says it too', () => {
    const more = '<praezisierung minLength="6" maxLength="9" pattern="[0-9]{5}"/>';
    const unfillable = file('unfillable.xml', schema3(times('1:1', field3(F1, 'text', { more }))));
    expect(fim('check', unfillable)).toMatchObject({
      status: 2,
      stdout: expect.stringMatching(/Nicht ausfüllbar: F08000000001.*\n.*Kein Text von 6 bis 9 Zeichen/),
    });
    const { status, stderr } = fim('sample', unfillable);
    expect([status, stderr.split('\n').length]).toEqual([2, 2]);
    expect(stderr).toContain('kein gültiges Formular');
  });

  test('check, sample, validate and diff take rules beside the schema', () => {
    const text = 'Der Tag ist kein Feiertag.';
    const ruled = file('ruled.xml', schema3(times('1:1', field3(F1, 'date')), regel(undefined, { text })));
    const condition = { not_equal: [{ identifier: F1 }, '2024-02-29'] };
    const statements = [{ effect: 'valid', target: F1, condition, message: 'Das ist ein Feiertag.' }];
    const rule = { id: 'feiertag', rule: 'R08000000001', text, statements };
    const written = { schema: 'S08000000001', schemaVersion: '1.0.0', version: '3', rules: [rule] };
    const rules = ['--rules', file('rules.json', JSON.stringify(written))];
    const checked = fim('check', ruled, ...rules).stdout;
    expect(checked).toContain('Zusätzliche Regeln');
    expect(checked).toContain(`Geprüft: R08000000001 durch feiertag\n    ${text}`);
    expect([fim('validate', ruled, good).status, fim('validate', ruled, good, ...rules).status]).toEqual([0, 1]);
    expect(fim('diff', ruled, ruled, ...rules).stdout).toContain('Regel neu: Das ist ein Feiertag.');
    const wrong = file('wrong.json', JSON.stringify({ ...written, regeln: [] }));
    expect(fim('sample', ruled, '--rules', wrong)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^Fehler addedRules {2}Regeln {2}Zeile 1\n.*„regeln“/),
    });
  });

  test('convert answers JSON Schema or TypeScript', () => {
    expect(JSON.parse(fim('convert', schema).stdout)).toMatchObject({ required: [F1] });
    expect(fim('convert', schema, '--to', 'typescript').stdout).toContain('export interface');
    expect(fim('convert', schema, '--to', 'cobol')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('cobol'),
    });
  });

  test('a sample validates; near misses name their error', () => {
    const made = file('sample.json', fim('sample', schema, '--seed', '7').stdout);
    expect(fim('validate', schema, made)).toMatchObject({ status: 0, stdout: 'Das Formular ist gültig.\n' });
    expect(fim('validate', schema, file('sample.xml', fim('sample', schema, '--xml').stdout)).status).toBe(0);
    expect(JSON.parse(fim('sample', schema, '--near-misses').stdout)).toContainEqual(
      expect.objectContaining({ code: 'required', path: F1 }),
    );
  });

  test('validate says in German what is wrong, never what was written', () => {
    expect(fim('validate', schema, good).status).toBe(0);
    const { status, stdout } = fim('validate', schema, bad);
    expect(status).toBe(1);
    expect(stdout).toContain('ein Datum wie 01.02.2020');
    expect(fim('validate', schema, bad, '--json').stdout).toContain('"code": "format"');
  });

  test('diff ends with 1 when senders must change something', () => {
    expect(fim('diff', schema, younger).status).toBe(0);
    expect(fim('diff', younger, schema)).toMatchObject({ status: 1, stdout: expect.stringContaining('anpassen') });
    expect(fim('diff', schema, schema).stdout).toBe('Für Absender ändert sich nichts.\n');
  });

  test('catalogue writes the table, and unreadable files end with 2', () => {
    expect(fim('catalogue', schema).stdout).toContain(`| ${F1} |`);
    expect(fim('catalogue', join(dir, 'nirgends.xml'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('nicht lesbar'),
    });
    expect(fim('check', schema, '--list', 'urn:x=/nirgends').status).not.toBe(0);
  });

  test('list shows a code list, and what is none ends with 2', () => {
    const lists = join(root, 'schemas', 'lists');
    const { status, stdout } = fim('list', join(lists, 'urn.stellwerk.codeliste.staat_1.xml'), '--most', '2');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/Version: +1\n[\s\S]*Andorra[\s\S]*und \d+ weitere/)]);
    expect(JSON.parse(fim('list', join(lists, 'urn.stellwerk.codeliste.staat_1.xml'), '--json').stdout)).toMatchObject({
      version: '1',
    });
    expect(fim('list', schema)).toMatchObject({ status: 2, stdout: '' });
  });
});
