import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { allPortSettings } from '#launch/app.js';
import { root } from '#settings/root.js';
import { eventually, freePorts } from '../kit/processes.js';
import { createTestDatabase, createTestVhost, type TestResource } from '../kit/services.js';

/** What the README and the pages that it names tell to type, in order, each with the output that it shows. */
interface Step {
  page: string;
  command: string;
  shown?: string;
}

const pages = ['README.md', 'docs/dead-letters.md', 'docs/errors.md', 'docs/replies.md', 'docs/access-log.md'];
const [start, ...steps] = pages.flatMap(stepsOf) as [Step, ...Step[]];
const ports = new Map<string, number>();
/** Ids and numbers in the README → those of this run. */
const ids = new Map<string, string>();
const lent: TestResource[] = [];
let environment: NodeJS.ProcessEnv;
let stellwerk: ChildProcess;
let shell: Shell | undefined;

beforeAll(async () => {
  const [database, vhost] = await Promise.all([createTestDatabase({ migrated: false }), createTestVhost()]);
  lent.push(database, vhost);
  const names: string[] = allPortSettings;
  const free = await freePorts(names.length);
  for (const [index, port] of free.entries()) ports.set(String(8080 + index), port);
  environment = {
    ...process.env,
    ...Object.fromEntries(names.map((name, index) => [name, String(free[index])])),
    DATABASE_URL: database.url,
    AMQP_URL: vhost.url,
    STELLWERK_HOME: join(mkdtempSync(join(process.env['TEST_HOME'] ?? tmpdir(), 'readme-')), '.stellwerk'),
  };
  if (tools) shell = new Shell(environment);
});

afterAll(async () => {
  shell?.child.kill();
  const ended = new Promise((resolve) => stellwerk?.once('close', resolve));
  if (stellwerk?.kill('SIGTERM')) await ended;
  for (const one of lent) await one.drop();
  rmSync(join(environment['STELLWERK_HOME']!, '..'), { recursive: true, force: true });
});

test('npm start shows what the README shows', async () => {
  expect(start.command).toBe('npm start');
  stellwerk = spawn(process.execPath, ['bin/stellwerk.mjs', 'start'], { cwd: root, env: environment });
  let output = '';
  for (const stream of [stellwerk.stdout!, stellwerk.stderr!])
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  await eventually(
    'the demonstration is over',
    () => output.includes('Zum Ausprobieren') || stellwerk.exitCode !== null,
    120,
  );
  match(output, start.shown!);
}, 150_000);

/** A machine may lack them; Stellwerk needs neither. */
const tools = ['bash', 'curl', 'sed'].every((tool) => spawnSync(tool, ['--version']).status === 0);

(tools ? test : test.skip).each(steps.map((step) => ({ ...step, line: step.command.split('\n')[0] })))(
  '$page tells the truth about: $line',
  async ({ command, shown }) => {
    let output = '';
    const attempt = async () => {
      output = await shell!.run(here(command));
      return shown === undefined || patternOf(shown).test(plain(output));
    };
    // what was just accepted or sent again is on its way: look again
    await eventually(`the README's output of ${command}`, attempt, 15).catch(() => {});
    if (shown !== undefined) match(output, shown);
  },
  60_000,
);

/** Every `sh` block, with the `text` or `json` block after it. */
function stepsOf(page: string): Step[] {
  const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, kind, text]) => ({
      kind,
      text: text!.trim(),
    }),
  );
  return blocks.flatMap(({ kind, text }, index) => {
    if (kind !== 'sh') return [];
    const next = blocks[index + 1];
    return [{ page, command: text, ...(next && ['text', 'json'].includes(next.kind!) && { shown: next.text }) }];
  });
}

/** With the ports and ids of this run. */
function here(command: string): string {
  return command
    .replace(/127\.0\.0\.1:(\d+)/g, (_, port) => `127.0.0.1:${ports.get(port)}`)
    .replace(id, (shown) => ids.get(shown) ?? shown);
}

const id = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|SW(?:-[0-9A-Z]{4}){2}/g;

/** The output is what is shown, and its ids are remembered. */
function match(output: string, shown: string): void {
  const found = patternOf(shown).exec(plain(output));
  if (!found) throw new Error(`The README shows\n${shown}\nbut there was\n${output}`);
  for (const [index, known] of (shown.match(id) ?? []).entries()) ids.set(known, found[index + 1]!);
}

/**
 * Blanks and frames of tables do not count. `…` stands for anything; ids, times, durations and ports are those of this
 * run.
 */
function patternOf(shown: string): RegExp {
  const source = plain(here(shown))
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('…', '[^]*?')
    .replace(id, `(${id.source})`)
    .replace(/\d\d\\\.\d\d\\\.\d{4}\d\d:\d\d:\d\d/g, '\\d\\d\\.\\d\\d\\.\\d{4}\\d\\d:\\d\\d:\\d\\d')
    .replace(/nach\d+,\ds/g, 'nach\\d+,\\ds');
  return new RegExp(source);
}

const plain = (text: string) => text.replace(/[\s│├┼┤─┌┬┐└┴┘]/g, '');

/** One bash for the whole page, so that `$TOKEN` lives on. */
class Shell {
  readonly child: ChildProcess;
  private output = '';

  constructor(env: NodeJS.ProcessEnv) {
    this.child = spawn('bash', ['--norc'], { cwd: root, env });
    for (const stream of [this.child.stdout!, this.child.stderr!])
      stream.setEncoding('utf8').on('data', (text) => {
        this.output += text;
      });
  }

  async run(command: string): Promise<string> {
    this.output = '';
    this.child.stdin!.write(`{ ${command}\n} < /dev/null\necho; echo "end of $((40 + 2))"\n`);
    await eventually(`an end of ${command}`, () => this.output.includes('end of 42'), 40);
    return this.output.replace(/\nend of 42\n/, '');
  }
}
