import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { root } from '#settings/root.js';

/** Nobody runs the whole bench after each change, and what is not run rots. */
test.each(['fim', 'xoev', 'way', 'hosts', 'adapters', 'broken', 'bodies', 'evidence', 'access-log'])(
  'the bench still measures %s',
  (part) => {
    const bench = spawnSync(process.execPath, ['dist/test/bench/bench.js', part, '--brief'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect({ code: bench.status, stderr: bench.status === 0 ? '' : bench.stderr }).toEqual({ code: 0, stderr: '' });
    expect(bench.stdout).toContain('gemessen');
  },
  120_000,
);
