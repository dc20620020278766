import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from './root.js';
import { readSettings } from './settings.js';
import { enterSimulation, enterStage } from './stage.js';

const production = {
  STAGE: 'production',
  HOST: '0.0.0.0',
  OIDC_ISSUER: 'https://anmeldung.example.de/realms/land',
  STELLWERK_KEY: 'x',
  DATABASE_URL: 'postgres://app:geheim@database/stellwerk',
  AMQP_URL: 'amqp://app:geheim@broker',
};

/** What is in the way, and the stages that were warned of. */
function entered(environment: Record<string, string>, enter = enterStage): [string, string[]] {
  const warned: string[] = [];
  try {
    enter(readSettings(environment), (_, { stage }) => warned.push(stage));
    return ['', warned];
  } catch (error) {
    return [(error as Error).message, warned];
  }
}

test('without a stage only loopback is listened on, and a stage that is no production is said aloud', () => {
  for (const HOST of ['127.0.0.1', 'localhost', '::1']) expect(entered({ HOST })).toEqual(['', []]);
  for (const HOST of ['0.0.0.0', '::', '10.0.0.1', 'gateway', '127.evil.example'])
    expect(entered({ HOST })[0]).toContain('STAGE fehlt');
  for (const STAGE of ['test', 'training', 'demo']) expect(entered({ HOST: '0.0.0.0', STAGE })).toEqual(['', [STAGE]]);
  expect(() => readSettings({ STAGE: 'prod' })).toThrow('STAGE');
});

test('P4 production refuses everything that belongs to a demonstration, and names all of it', () => {
  expect(entered(production)).toEqual(['', []]);
  const refused: [Record<string, string>, string][] = [
    [{ OIDC_ISSUER: '' }, 'OIDC_ISSUER'],
    [{ OIDC_ISSUER: 'http://anmeldung.example.de' }, 'https'],
    [{ OIDC_ISSUER: 'https://welt.example/oidc', SIMULATOR_URL: 'https://welt.example' }, 'Simulator'],
    [{ STELLWERK_KEY: '' }, 'STELLWERK_KEY'],
    [{ DATABASE_URL: 'postgres://stellwerk:stellwerk@database/stellwerk' }, 'DATABASE_URL'],
    [{ DATABASE_URL: 'postgres://database/stellwerk?user=a&password=stellwerk' }, 'DATABASE_URL'],
    [{ ACCESS_LOG_URL: 'postgres://stellwerk:stellwer%6b@database/log' }, 'ACCESS_LOG_URL'],
    [{ AMQP_URL: 'amqp://guest:guest@broker' }, 'AMQP_URL'],
    [{ STELLWERK_CLIENT_SECRET: 'operator-dev-secret' }, 'STELLWERK_CLIENT_SECRET'],
    [{ DEVELOPMENT_HOSTS: 'simulator' }, 'DEVELOPMENT_HOSTS'],
  ];
  for (const [change, named] of refused) expect(entered({ ...production, ...change })[0]).toContain(named);
  const all = entered({ ...production, OIDC_ISSUER: '', STELLWERK_KEY: '', AMQP_URL: 'amqp://guest:guest@broker' });
  for (const named of ['OIDC_ISSUER', 'STELLWERK_KEY', 'AMQP_URL']) expect(all[0]).toContain(named);
  expect(entered(production, enterSimulation)[0]).toContain('Simulator');
});

test('compose ships the demonstration, and keeps Stellwerk’s folder, key and servers from the simulator', () => {
  const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  expect(compose).toMatch(/^ {2}STAGE: \$\{STAGE:-demo\}$/m);
  const [simulator = ''] = /^ {2}simulator:\n(?: {4}.*\n)+/m.exec(compose) ?? [];
  const [world = ''] = /^x-world: .*\n(?: {2}.*\n)+/m.exec(compose) ?? [];
  expect(simulator).toContain('target: simulator');
  expect(simulator).toContain('environment: *world');
  expect(simulator + world).not.toMatch(/\/data|\*app|\*settings|STELLWERK_KEY|DATABASE_URL|AMQP_URL/);
});
