import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Adapter, Manifest } from '#adapters/contract.js';
import { contractVersion } from '#adapters/contract-version.js';
import { root } from '#settings/root.js';
import { cases } from './cases.js';
import { command } from './fingerprint.js';
import type { SuiteResult } from './reporter.js';
import type { Subject } from './subject.js';
import { page as words } from './texts.js';

/** What a report is made of. */
export interface Tried {
  adapter: Adapter;
  /** Its versions with their fixtures. */
  subjects: Subject[];
  result: SuiteResult;
  /** Of the adapter's files. */
  hash: string;
  at: Date;
}

/** The report as one HTML page that needs nothing else, for the screen and for paper (A4). */
export function reportPage(tried: Tried): string {
  const { manifest } = tried.adapter;
  const { cases: all, failed } = tried.result;
  const title = words.title(manifest.title);
  return [
    `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>${escaped(title)}</title>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<style>${style}</style></head><body>`,
    `<h1>${escaped(title)}</h1>`,
    `<p>${escaped(manifest.summary)}</p>`,
    `<p><strong>${escaped(failed ? words.failed(failed, all.length) : words.passed(all.length))}</strong></p>`,
    `<table class="facts"><tbody>${factsOf(tried).map(factRow).join('')}</tbody></table>`,
    `<h2>${words.cannot}</h2>`,
    limitsText(tried),
    `<h2>${words.cases}</h2>`,
    ...[...new Set(all.map(({ subject }) => subject))].map((name) => subjectTable(name, all)),
    `<p>${escaped(words.tried)}</p>`,
    `<h2>${words.how}</h2><p>${escaped(words.hashed)}</p><pre>${escaped(command)}</pre>`,
    '</body></html>',
    '',
  ].join('\n');
}

function factsOf({ adapter: { manifest }, hash, at }: Tried): [string, string][] {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const { facts } = words;
  const date = at.toLocaleString('de-DE', { timeZone: 'UTC', dateStyle: 'long', timeStyle: 'short' });
  return [
    [facts.adapter, `${manifest.title} (${manifest.id})`],
    [facts.version, manifest.version],
    [facts.kind, words.kinds[manifest.kind]],
    [facts.contract, contractVersion],
    [facts.stellwerk, version],
    [facts.node, process.versions.node],
    [facts.date, words.clock(date)],
    [facts.hash, hash],
  ];
}

const factRow = ([name, value]: [string, string]) =>
  `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`;

/** What the manifest and the fixtures declare not to be able to do, or not to be tried. */
function limitsText({ adapter, subjects }: Tried): string {
  const limits = [
    ...limitsOf(adapter.manifest),
    ...subjects.flatMap(({ name, fixture }) =>
      'withoutTarget' in fixture
        ? [words.withoutTarget(name, fixture.withoutTarget)]
        : Object.entries(fixture.cannot ?? {}).map(([what, why]) =>
            words.untried(name, words.troubles[what] ?? words.parameter(what), why),
          ),
    ),
  ];
  if (limits.length === 0) return `<p>${words.cannotNothing}</p>`;
  return `<ul>${limits.map((limit) => `<li>${escaped(limit)}</li>`).join('')}</ul>`;
}

function limitsOf({ kind, capabilities, volatile = {} }: Manifest): string[] {
  const asked =
    kind === 'register' ? (['status'] as const) : (['find', 'render', 'status', 'idempotentTarget'] as const);
  return [
    ...asked.filter((name) => !capabilities[name]).map((name) => words.capabilities[name]),
    ...Object.entries(volatile).map(([part, why]) => words.volatile(part, why)),
  ];
}

function subjectTable(name: string, all: SuiteResult['cases']): string {
  const rows = all
    .filter(({ subject }) => subject === name)
    .map(({ title, passed }) => {
      const result = passed ? 'passed' : 'failed';
      return (
        `<tr class="${result}"><th scope="row">${escaped(cases[title]?.says ?? title)}` +
        `<small lang="en">${escaped(title)}</small></th><td>${words.result[result]}</td></tr>`
      );
    });
  const head = words.headings.map((heading) => `<th scope="col">${escaped(heading)}</th>`).join('');
  return [
    `<h3>${escaped(name)}</h3><table class="cases"><thead><tr>${head}</tr></thead><tbody>`,
    ...rows,
    '</tbody></table>',
  ].join('\n');
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const style = `
@page { size: A4; margin: 16mm }
body { font: 15px/1.45 system-ui, sans-serif; color: #1c1c1c; max-width: 56em; margin: 2em auto; padding: 0 1.5em }
h1 { font-size: 1.7em; margin: 0 } h2 { font-size: 1.25em; margin: 2em 0 .5em; break-after: avoid }
h3 { font-size: 1em; margin: 1.5em 0 .25em; break-after: avoid }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .35em .5em; border-bottom: 1px solid #c8c8c8;
  overflow-wrap: anywhere; font-weight: normal }
thead { display: table-header-group } thead th { font-weight: 600; border-bottom: 2px solid #1c1c1c }
.facts th { width: 12em } .cases td, .cases thead th:last-child { width: 8em }
tr { break-inside: avoid } .failed { background: #f6e4e2 } .failed td { font-weight: 600 }
small { display: block; color: #595959; font-size: .82em }
li { margin: .2em 0 } pre { background: #f1f3f5; padding: .75em; white-space: pre-wrap; overflow-wrap: anywhere }
@media print { body { font-size: 9.5pt; margin: 0; max-width: none; padding: 0 } }
@media (max-width: 40em) { .facts th { width: 7em } .cases td, .cases thead th:last-child { width: 6em } }
`;
