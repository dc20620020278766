import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestConsole, type TestConsole } from '../../test/kit/console.js';

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

const stellwerk = (args: string[], environment: Record<string, string> = {}) =>
  c.stellwerk('stadt-stuttgart', args, environment);

describe('stellwerk parameters', () => {
  test('sets, shows, takes back: what the API does, in tables or as JSON', async () => {
    expect(
      await stellwerk(['parameters', 'set', '08111', 'rest.timeoutSeconds', '12', '--reason', 'langsam']),
    ).toMatchObject({
      code: 0,
      out: 'Gesetzt: rest.timeoutSeconds für Stuttgart, Stadtkreis (08111).\n',
    });
    const shown = await stellwerk(['parameters', 'effective', '081110000000', '99102013104000']);
    expect(shown.out).toMatch(/rest\.timeoutSeconds\s+│ 12\s+│ Kreis 08111\s+│ alle/);
    expect(shown.out).toMatch(/Es fehlt: .*steuersatz\.ersterHund/);
    const json = JSON.parse((await stellwerk(['parameters', 'get', '08111', 'rest.timeoutSeconds', '--json'])).out);
    expect(json.versions).toEqual([
      expect.objectContaining({ value: 12, author: 'stadt-stuttgart', reason: 'langsam' }),
    ]);
    expect(
      await stellwerk(['parameters', 'unset', '08111', 'rest.timeoutSeconds', '--reason', 'erledigt']),
    ).toMatchObject({
      code: 0,
      out: expect.stringContaining('wieder geerbt'),
    });
    expect((await stellwerk(['parameters', 'get', '08111', 'rest.timeoutSeconds'])).out).toContain('(erbt)');
  });

  test('a secret comes from a file and is never shown', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, 'sehr-geheim\n');
    const set = await stellwerk([
      'parameters',
      'set',
      '08111',
      'rest.token',
      '--file',
      file,
      '--reason',
      'Zugang',
      '--json',
    ]);
    expect([set.code, JSON.parse(set.out).versions[0].set]).toEqual([0, true]);
    const { out } = await stellwerk(['parameters', 'get', '08111', 'rest.token']);
    expect([out.includes('(geheim)'), out.includes('sehr-geheim')]).toEqual([true, false]);
  });

  test('whoever may not gets the sentence of the API and a hint', async () => {
    const { code, err } = await stellwerk(
      ['--as', 'operator', 'parameters', 'set', '08111', 'rest.user', 'x', '--reason', 'y'],
      { STELLWERK_CLIENT: 'operator' },
    );
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^Die Rolle .*Angemeldet ist operator; ein anderer Zugang: --as <client>\.\n$/),
    ]);
  });

  test('missing, definitions and check answer; a failed check ends with 1', async () => {
    expect((await stellwerk(['parameters', 'missing', '08111'])).out).toContain('Hundesteuer');
    expect((await stellwerk(['parameters', 'definitions', 'rest.'])).out).toMatch(/rest\.token.*geheim/);
    expect(await stellwerk(['parameters', 'check', 'echo', '081110000000', '99102013104000'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Die Verbindung steht.'),
    });
    expect((await stellwerk(['parameters', 'check', 'rest', '081110000000', '99102013104000'])).code).toBe(1);
  });

  test('a console that is not running, an unknown client and a wrong call are one sentence each', async () => {
    const down = await stellwerk(['parameters', 'definitions'], { CONSOLE_URL: 'http://127.0.0.1:9' });
    expect([down.code, down.err]).toEqual([
      1,
      expect.stringMatching(/^Die Konsole unter http:\/\/127\.0\.0\.1:9 antwortet nicht: .*npm start.*\n$/),
    ]);
    const stranger = await stellwerk(['parameters', 'definitions'], { STELLWERK_CLIENT: 'niemand' });
    expect([stranger.code, stranger.err]).toEqual([
      1,
      expect.stringMatching(/^Der Anmeldedienst kennt niemand nicht.*\n$/),
    ]);
    const bare = await stellwerk(['parameters', 'definitions'], { STELLWERK_CLIENT_SECRET: '' });
    expect([bare.code, bare.err]).toEqual([1, expect.stringContaining('STELLWERK_CLIENT_SECRET')]);
    const wrong = await stellwerk(['parameters', 'set', '08111', 'rest.user', 'x']);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('Es fehlt die Option --reason')]);
    const unknown = await stellwerk(['parameter']);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('Den Befehl „parameter“ gibt es nicht.')]);
  });

  test('help is German throughout', async () => {
    for (const args of [['--help'], ['parameters', '--help'], ['parameters', 'set', '--help']]) {
      const { code, out } = await stellwerk(args);
      expect(code).toBe(0);
      expect(out).toMatch(/^Aufruf: stellwerk/);
      expect(out).not.toMatch(/Usage|Options:|Commands:|Arguments:|display help|default:/);
    }
  });
});
