import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { answerChecks } from './answers.js';
import { boundChecks } from './bound.js';
import { cases, hintFor } from './cases.js';
import { checkChecks } from './check.js';
import { deliveryChecks } from './delivery.js';
import { doubtChecks } from './doubt.js';
import { command, fingerprint } from './fingerprint.js';
import { manifestChecks } from './manifest.js';
import { parameterChecks, releaseChecks } from './parameters.js';
import { privacyChecks } from './privacy.js';
import { registerChecks } from './register.js';

test('every check says in German what it proves, and has a hint for who fails it', () => {
  const all = [
    ...[...manifestChecks, ...releaseChecks, ...checkChecks, ...deliveryChecks, ...doubtChecks, ...answerChecks],
    ...[...privacyChecks, ...boundChecks, ...parameterChecks, ...registerChecks],
  ];
  expect(Object.keys(cases).sort()).toEqual(all.map(({ name }) => name).sort());
});

test.each([
  [
    'delivers every character, empty and large attachments unchanged',
    "SyntaxError: Unexpected token '<', \"<a>",
    'XML',
  ],
  ['', '/somewhere: no fixtures beside the adapter', '`fixture`'],
  ['', 'Adapter probe: manifest.capabilities.render stimmt nicht mit den Methoden überein.', 'false'],
  ['has a true and complete manifest, and an introduction', '+   "apiKey",', '.describe('],
  ['has a true and complete manifest, and an introduction', 'Expected: true\nReceived: false', 'README.md'],
  ['check says step by step that all is well', '+     "step": "connect",', 'Port'],
  ['check says step by step that all is well', 'listen EADDRINUSE: address already in use', 'startFake'],
  ['P2 knows for certain what never arrived', 'anything else', '„absent“'],
])('a typical fault has a hint: %s %s', (name, failure, hint) => {
  expect(hintFor(name, failure)).toContain(hint);
});

test('anybody can compute the hash of the files anew, as the report says', () => {
  const folder = join(root, 'libs/adapters/rest');
  if (spawnSync('sha256sum', ['--version']).status !== 0) return; // macOS calls it otherwise
  const [printed] = execFileSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' }).split(' ');
  expect(fingerprint(folder)).toBe(printed);
});
