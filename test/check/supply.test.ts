import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { root } from '#settings/root.js';

function stellwerk(args: string[], env: Record<string, string> = {}): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, STELLWERK_RERUN: '1', ...env } };
    execFile(process.execPath, ['bin/stellwerk.mjs', ...args], options, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out: out + err }),
    );
  });
}

const read = (file: string) => readFileSync(join(root, file), 'utf8');

describe('what comes from outside', () => {
  test('is listed with version, address and licence: all that runs in production, and nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
    try {
      const { code, out } = await stellwerk(['sbom', folder]);
      expect([code, out]).toEqual([0, expect.stringContaining('CycloneDX')]);
      const bom = JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8'));
      const lock: Record<string, { version: string; dev?: boolean }> = JSON.parse(read('package-lock.json')).packages;
      const wanted = Object.entries(lock).flatMap(([path, { version, dev }]) =>
        path && !dev ? [`${path.split('node_modules/').at(-1)} ${version}`] : [],
      );
      const found = bom.components.map(({ name, version }: { name: string; version: string }) => `${name} ${version}`);
      expect(bom).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'stellwerk' } } });
      expect(new Set(found)).toEqual(new Set(wanted));
      for (const component of bom.components) expect(component.purl).toMatch(/^pkg:npm\//);
      const licences = readFileSync(join(folder, 'licences.txt'), 'utf8');
      expect(licences).toMatch(/^MIT \(\d+\)$/m);
      for (const one of found) expect(licences).toContain(`  ${one}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    [
      'has a weakness',
      1,
      200,
      { ajv: [{ id: 1, url: 'https://example.org/1', title: 'Loch', severity: 'high', vulnerable_versions: '*' }] },
      /ajv \(high\): Loch https:\/\/example\.org\/1/,
    ],
    ['cannot be told', 2, 405, {}, /Die Registry gibt keine Auskunft \(.+\): Geprüft ist nichts\./],
  ])('an audit says when it %s (exit code %i)', async (_, expected, status, advisories, said) => {
    const registry = createServer((request, response) => {
      request.resume().on('end', () => {
        const found = request.url?.endsWith('/advisories/bulk') && status === 200;
        response.writeHead(found || status !== 200 ? status : 404, { 'content-type': 'application/json' });
        response.end(JSON.stringify(found ? advisories : {}));
      });
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    try {
      const npm_config_registry = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
      const cache = mkdtempSync(join(tmpdir(), 'npm-'));
      const { code, out } = await stellwerk(['audit'], { npm_config_registry, npm_config_cache: cache });
      rmSync(cache, { recursive: true, force: true });
      expect([code, out]).toEqual([expected, expect.stringMatching(said)]);
    } finally {
      registry.close();
    }
  });
});

test('the tree says under which licence each file is, and holds the text of each', () => {
  const reuse = read('REUSE.toml');
  const named = new Set([...reuse.matchAll(/^SPDX-License-Identifier = "(.+)"$/gm)].map(([, id]) => `${id}.txt`));
  expect(readdirSync(join(root, 'LICENSES')).sort()).toEqual([...named].sort());
  expect(reuse).toMatch(/path = "\*\*"\nSPDX-FileCopyrightText = ".+"\nSPDX-License-Identifier = "EUPL-1\.2"/);
  expect(read('LICENSES/EUPL-1.2.txt')).toBe(read('LICENSE'));
  for (const [, path] of reuse.matchAll(/^path = "([^*"]+)"$/gm)) expect(read(path!)).not.toBe('');
});
