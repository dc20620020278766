import { spawn } from 'node:child_process';
import { root } from '#settings/root.js';

/** Runs npm, the one that called us if there is one, in the project's folder. Resolves to what it wrote. */
export function npm(args: string[]): Promise<{ code: number; out: string }> {
  const own = process.env.npm_execpath;
  const [command, ...first] = own && /npm-cli\.js$/.test(own) ? [process.execPath, own] : ['npm'];
  return new Promise((resolve) => {
    const child = spawn(command!, [...first, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.once('error', () => resolve({ code: 127, out }));
    child.once('close', (code) => resolve({ code: code ?? 1, out }));
  });
}
