import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { surroundings } from '#adapter-host/surroundings.js';
import type { Attachment } from '#adapters/contract.js';
import { readSettings } from '#settings/settings.js';
import type { Json } from '#submission/vocabulary.js';
import { delivery } from '../../../test/contract/samples.js';
import { Trial } from '../../../test/contract/trial.js';
import { adapter } from './adapter.js';

const settings = readSettings({});
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'drop-'));
  mkdirSync(join(home, 'steuer'));
});
afterEach(() => rmSync(home, { recursive: true }));

const trial = (values: Record<string, Json> = {}, root: string | undefined = home) =>
  new Trial(adapter, { 'file-drop.place': 'folder', 'file-drop.folder': 'steuer', ...values }, undefined, root);
const names = () => readdirSync(join(home, 'steuer')).sort();

describe('a folder', () => {
  test('gets the attachments, the message and the receipt, and nothing stays aside', async () => {
    const one = trial();
    expect(await one.attempt()).toEqual({ kind: 'delivered', externalReference: one.key });
    expect(names()).toEqual([`.${one.key}.sent`, `${one.key}.json`, `${one.key}_1.pdf`]);
    expect(readFileSync(join(home, 'steuer', `.${one.key}.sent`), 'utf8')).toBe(`${one.key}_1.pdf\n${one.key}.json\n`);
  });

  test('P2 that the Fachverfahren has emptied gets nothing twice, and tells that it was there', async () => {
    const one = trial();
    await one.attempt();
    for (const name of names()) if (!name.startsWith('.')) rmSync(join(home, 'steuer', name));
    expect(await one.find()).toMatchObject({ kind: 'delivered' });
    expect(await one.attempt()).toMatchObject({ kind: 'delivered' });
    expect(names()).toEqual([`.${one.key}.sent`]);
  });

  test('P2 where the message was written but not renamed says so, and the next attempt ends it', async () => {
    const one = trial();
    await one.attempt();
    const at = (name: string) => join(home, 'steuer', name);
    renameSync(at(`${one.key}.json`), at(`.${one.key}.part`));
    expect(await one.find()).toEqual({ kind: 'absent' });
    expect(await one.attempt()).toMatchObject({ kind: 'delivered' });
    expect(names()).toEqual([`.${one.key}.sent`, `${one.key}.json`, `${one.key}_1.pdf`]);
  });

  test('has an attachment by one name in the message and beside it, also where several are called alike', async () => {
    const one = trial();
    const [file] = delivery().attachments as [Attachment];
    const attachments = ['plan.pdf', 'plan.pdf', 'foto.PNG', 'ganz.pdf'].map((filename, n) => ({
      ...file,
      attachmentId: `id-${n}`,
      filename,
    }));
    const message = {
      texte: ['plan.pdf', 'foto.PNG', 'ein plan.pdf', 'plan.pdf', 'plan.pdf'],
      ganz: { attachmentId: 'id-3', filename: 'ganz.pdf', size: 1 },
    };
    await one.attempt({}, { call: 'deliver', delivery: delivery({ attachments, message }) });
    const written = JSON.parse(readFileSync(join(home, 'steuer', `${one.key}.json`), 'utf8'));
    const [plan, second, photo, whole] = ['_1.pdf', '_2.pdf', '_3.png', '_4.pdf'].map((end) => one.key + end);
    expect(written.texte).toEqual([plan, photo, 'ein plan.pdf', second, second]);
    expect(written.ganz).toEqual({ attachmentId: 'id-3', filename: whole, size: 1 });
    expect(names()).toEqual(expect.arrayContaining([plan, second, photo, whole]));
  });

  test('P4 is the municipality’s own, which no path and no link leaves', async () => {
    for (const ars of ['081110000000', '082120000000']) mkdirSync(join(home, ars, 'steuer'), { recursive: true });
    symlinkSync('../082120000000', join(home, '081110000000', 'nachbar'));
    const own = (folder: string) => {
      const { dropFolder } = surroundings({ ...settings, DROP_FOLDER: home }, '081110000000');
      return trial({ 'file-drop.folder': folder }, dropFolder);
    };
    expect(await own('steuer').attempt()).toMatchObject({ kind: 'delivered' });
    expect(readdirSync(join(home, '081110000000', 'steuer'))).toHaveLength(3);
    for (const folder of ['../082120000000', '../082120000000/steuer', 'nachbar', 'steuer/../../082120000000'])
      expect(await own(folder).attempt()).toMatchObject({ kind: 'misconfigured', parameter: 'file-drop.folder' });
    const linked = own('steuer');
    symlinkSync(join(home, 'fremd'), join(home, '081110000000', 'steuer', `.${linked.key}.part`));
    await linked.attempt();
    expect(readdirSync(home)).not.toContain('fremd');
  });

  test('P3 of a person’s file name only the ending goes along, and only if it is one', async () => {
    const one = trial();
    const attachments = delivery().attachments.map((file) => ({ ...file, filename: 'Kanaria Gelbvogel.Öhrlein' }));
    await one.attempt({}, { call: 'deliver', delivery: delivery({ attachments }) });
    expect(names()).toContain(`${one.key}_1`);
  });

  test.each([
    ['is missing', { 'file-drop.folder': 'nirgends' }],
    ['lies outside', { 'file-drop.folder': '..' }],
    ['is absolute', { 'file-drop.folder': '/' }],
  ])('that %s is a wrong setting, and proves nothing about what arrived', async (_, values) => {
    const one = trial(values);
    const blamed = { kind: 'misconfigured', parameter: 'file-drop.folder' };
    expect(await one.attempt()).toMatchObject(blamed);
    expect((await one.find()).kind).toBe('later');
    expect((await one.check()).at(-1)).toMatchObject({ ok: false, parameter: 'file-drop.folder' });
    expect(one.checkpoints.size).toBe(0);
  });

  test('without the operator’s DROP_FOLDER there is none', async () => {
    expect(await new Trial(adapter, trial().values).attempt()).toMatchObject({ kind: 'misconfigured' });
  });

  test('that may only be read is a wrong setting', async () => {
    if (process.getuid?.() === 0) return; // root may write everywhere
    chmodSync(join(home, 'steuer'), 0o500);
    expect(await trial().attempt()).toMatchObject({ kind: 'misconfigured', parameter: 'file-drop.folder' });
  });

  test('a message that its format cannot hold is rejected, and nothing is written', async () => {
    const one = trial();
    const wrong = delivery({ format: 'xml', message: { a: 'Kanaria\u0007' } });
    const answer = await one.attempt({}, { call: 'deliver', delivery: wrong });
    expect(answer).toMatchObject({ kind: 'rejected' });
    expect(JSON.stringify(answer)).not.toContain('Kanaria');
    expect(names()).toEqual([]);
  });
});

test.each([
  [{ 'file-drop.place': 'sftp' }, 'file-drop.host'],
  [{ 'file-drop.place': 'webdav' }, 'file-drop.url'],
  [{ 'file-drop.place': 'webdav', 'file-drop.url': 'http://127.0.0.1:9', 'file-drop.user': 'u' }, 'file-drop.password'],
])('what the chosen place cannot do without is named: %j', async (values, parameter) => {
  expect(await trial(values).attempt()).toMatchObject({ kind: 'misconfigured', parameter });
});
