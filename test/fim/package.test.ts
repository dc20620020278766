import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { field3, schema3, times } from './handmade.js';

/** What a stranger writes who has the package and nothing else of this project. */
const program = `
import { readFileSync } from 'node:fs';
import { compileValidator, noLists, readSchema, sample, toJsonSchema } from '@stellwerk/fim';

const { model, findings } = readSchema(readFileSync('schema.xml'), { lists: noLists });
if (model === undefined) throw new Error(findings.map((finding) => finding.message).join());
const { errors } = compileValidator(model).validate({ F08000000001: '31.02.2026' });
const form: object = sample(model);
console.log(JSON.stringify([errors[0]?.message, Object.keys(form), toJsonSchema(model)['required']]));
`;

test('npm pack makes a package that a stranger’s ten lines use, with types', () => {
  const dir = mkdtempSync(join(tmpdir(), 'fim-package-'));
  try {
    const modules = join(root, 'node_modules');
    const env = { ...process.env, PATH: `${join(modules, '.bin')}${delimiter}${process.env['PATH']}` };
    const run = (cwd: string, command: string, ...args: string[]) =>
      execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    cpSync(join(root, 'libs', 'fim'), join(dir, 'sources'), { recursive: true });
    symlinkSync(modules, join(dir, 'sources', 'node_modules'));
    run(join(dir, 'sources'), 'npm', 'pack', '--pack-destination', dir);
    const tarball = readdirSync(dir).find((name) => name.endsWith('.tgz'))!;

    const stranger = join(dir, 'stranger');
    const installed = join(stranger, 'node_modules', '@stellwerk', 'fim');
    mkdirSync(installed, { recursive: true });
    run(installed, 'tar', 'xzf', join(dir, tarball), '--strip-components=1');
    for (const name of ['fast-xml-parser', '@types', 'undici-types'])
      symlinkSync(join(modules, name), join(stranger, 'node_modules', name));
    writeFileSync(join(stranger, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(stranger, 'program.ts'), program);
    writeFileSync(join(stranger, 'schema.xml'), schema3(times('1:1', field3('F08000000001', 'date'))));
    run(stranger, 'tsc', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node', 'program.ts');
    expect(JSON.parse(run(stranger, process.execPath, 'program.js'))).toEqual([
      'Erwartet wird ein Datum wie 01.02.2020. Bitte prüfen Sie, ob es diesen Wert gibt.',
      ['F08000000001'],
      ['F08000000001'],
    ]);
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const own = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    expect(own.dependencies['fast-xml-parser']).toBe(dependencies['fast-xml-parser']);
  } finally {
    rmSync(dir, { recursive: true });
  }
}, 60_000);
