import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { type Diagnosis, examine } from '#launch/doctor/doctor.js';
import type { Finding } from '#launch/doctor/finding.js';
import { readSettings } from '#settings/settings.js';
import type { JsonOption } from './options.js';
import { texts } from './texts.js';

const signs = { ok: ['green', '✓'], hint: ['yellow', '!'], fault: ['red', '✗'] } as const;

/** `stellwerk doctor`: whether everything is well. Exit code 1 when something is wrong. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'prüft Anwendungen, Verbindungen, Queues, Lanes und das Wartende; Exit-Code 1, wenn etwas nicht stimmt',
    )
    .option('--json', 'maschinenlesbar')
    .action(async ({ json }: JsonOption) => {
      const diagnosis = await examine(readSettings());
      process.stdout.write(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : report(diagnosis));
      process.exitCode = diagnosis.ok ? 0 : 1;
    });
}

export function report({ findings, queues, versions }: Pick<Diagnosis, 'findings' | 'queues' | 'versions'>): string {
  const parts = [findings.map(line).join('\n')];
  if (queues.length) {
    const table = new Table({ head: [...texts.doctor.queueColumns], style: { head: [], border: [] } });
    table.push(
      ...queues.map(({ queue, messages, consumers }) => [
        queue,
        messages ?? texts.doctor.queueMissing,
        consumers ?? '',
      ]),
    );
    parts.push(table.toString());
  }
  parts.push(
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(' · '),
  );
  parts.push(conclusion(findings));
  return `${parts.join('\n\n')}\n`;
}

function conclusion(findings: Finding[]): string {
  if (findings.some(({ state }) => state === 'fault')) return texts.doctor.fault;
  if (findings.some(({ state }) => state === 'hint')) return texts.doctor.hint;
  return texts.doctor.ok;
}

function line({ about, state, text }: Finding): string {
  const [colour, sign] = signs[state];
  return `${styleText(colour, sign)} ${about.padEnd(13)} ${text}`;
}
