import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { metaOf } from '#adapter-host/bind.js';
import { deadlineOf, findableWithinOf } from '#adapter-host/call.js';
import { majorOf, versionsOf } from '#adapter-host/load.js';
import type { Adapter, Manifest } from '#adapters/contract.js';
import { root } from '#settings/root.js';

/** Where an adapter's page lies. */
export const pageFile = (id: string) => join(root, 'docs/adapters', `${id}.md`);

/** Compares every adapter's page with what is generated; returns the ids that differ, after bringing them up to date if told to. */
export async function stalePages(adapters: Map<string, Adapter>, options: { write: boolean }): Promise<string[]> {
  const stale: string[] = [];
  for (const [id, adapter] of adapters) {
    const page = await pageOf(adapter);
    if ((await readFile(pageFile(id), 'utf8').catch(() => '')) === page) continue;
    stale.push(id);
    if (options.write) await writeFile(pageFile(id), page);
  }
  return stale;
}

/** An adapter's page in Markdown: what its manifest says, then what its README says. */
export async function pageOf(adapter: Adapter): Promise<string> {
  const { id, title, summary, dataCategories, legalBasis } = adapter.manifest;
  const readme = await readFile(join(root, 'libs/adapters', id, 'README.md'), 'utf8');
  const introduction = readme.replace(/\]\((?![a-z]+:|#)/g, `](../../libs/adapters/${id}/`);
  return [
    `<!-- Generated from libs/adapters/${id}; change it there, then run npm run check -- --write -->`,
    `# ${title} (\`${id}\`)`,
    summary,
    facts(adapter),
    '## Parameters',
    parameterTable(adapter),
    ...(adapter.manifest.attributes
      ? ['## What it can be asked for', attributeTable(adapter.manifest.attributes)]
      : []),
    '## Outcomes',
    table(['Outcome', 'Here'], outcomes(adapter.manifest)),
    '## Personal data',
    dataCategories.length > 0
      ? `${dataCategories.join(' · ')}. Legal basis: ${legalBasis}.`
      : `None. Legal basis: ${legalBasis}`,
    introduction.startsWith('#') ? introduction.trim() : `## What it does\n\n${introduction.trim()}`,
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

function facts(adapter: Adapter): string {
  const { version, kind, accepts, capabilities, protocols, formats, trustLevel, volatile } = adapter.manifest;
  const earlier = (adapter.earlier ?? []).map(({ manifest }) => manifest.version);
  const rows = [
    ['Version', [version, ...earlier].join(', beside it ')],
    ['Speaks', protocols.join(', ')],
    ...(formats ? [['Writes', formats.join(', ')]] : []),
    ...(trustLevel ? [['Asked only at the level of trust', trustLevel]] : []),
    ['Kind', kind === 'register' ? 'register: looks up' : 'Fachverfahren: delivers'],
    ['Leistungen', accepts.includes('*') ? 'any' : accepts.join(', ')],
    ['One call takes at most', seconds(deadlineOf(adapter))],
    ...(kind === 'register'
      ? []
      : [
          [
            'After a lost answer',
            capabilities.find
              ? `asks the target, ${seconds(findableWithinOf(adapter))} after the call's end`
              : 'an operator decides',
          ],
          [
            'The same key twice',
            capabilities.idempotentTarget
              ? 'is one effect at the target'
              : 'may be two effects: the target knows no key',
          ],
          ['Preview', previewOf(adapter.manifest)],
          ...Object.entries(volatile ?? {}).map(([part, why]) => [`Different each time: ${part}`, why]),
          ['Answers later', capabilities.status ? 'is asked for its status' : 'no'],
        ]),
  ];
  return table(['', ''], rows as string[][]);
}

const previewOf = ({ capabilities, volatile }: Manifest) =>
  capabilities.render ? (volatile ? 'the exact bytes, but for the parts below' : 'the exact bytes') : 'none';

const attributeTable = (attributes: Record<string, string>) =>
  table(
    ['Attribute', 'What'],
    Object.entries(attributes).map(([name, title]) => [`\`${name}\``, title]),
  );

/** The closed list, as this adapter can end. */
function outcomes({ kind, capabilities, parameters, protocols }: Manifest): string[][] {
  const register = kind === 'register';
  const { find, status } = capabilities;
  return [
    ...(register
      ? [
          ['found', 'the register knows it; only what was asked for passes on'],
          ['notFound', 'the register does not know it'],
        ]
      : [['delivered', 'the target has it, and gave a reference']]),
    ...(status ? [['pending', 'the target has it and answers later; `status` is asked']] : []),
    [
      'rejected',
      register
        ? 'the register refuses the question; nobody asks again'
        : 'the target refuses the data; a person decides',
    ],
    ['later', 'busy, disturbed or not there; tried again with growing pauses'],
    ...(Object.keys(parameters.shape).length > 0
      ? [['misconfigured', 'a parameter is wrong; the lane closes and names it']]
      : []),
    ...(register || protocols.includes('keines')
      ? []
      : [
          [
            'unknown',
            find
              ? 'sent, and no answer: `find` is asked before anything is sent again'
              : 'sent, and no answer: a person decides',
          ],
        ]),
  ];
}

function parameterTable(adapter: Adapter): string {
  const { manifest } = adapter;
  const schema = z.toJSONSchema(manifest.parameters, { io: 'input' }) as JsonSchema;
  const rows = Object.entries(schema.properties ?? {}).map(([key, property]) => [
    `\`${manifest.id}.${key}\``,
    `${property.description}${metaOf(manifest.parameters.shape[key] as z.ZodType).secret ? ' (secret)' : ''}`,
    typeOf(property),
    schema.required?.includes(key)
      ? 'required'
      : property.default === undefined
        ? 'optional'
        : `\`${property.default}\``,
  ]);
  const all = [...rows, ...coreRows(adapter)];
  return all.length > 0 ? table(['Name', 'Meaning', 'Type', 'Default'], all) : 'None.';
}

/** What the core adds to the adapter's own. */
function coreRows(adapter: Adapter): string[][] {
  const { id, formats } = adapter.manifest;
  const majors = versionsOf(adapter).map(({ manifest }) => `\`${majorOf(manifest)}\``);
  return [
    ...(majors.length > 1
      ? [[`\`${id}.version\``, 'Welche Version des Adapters gilt', majors.join(', '), majors[0]!]]
      : []),
    ...(formats
      ? [[`\`${id}.template\``, 'Welche Vorlage des Prozesses die Nachricht macht', 'text', 'optional']]
      : []),
  ];
}

interface Property {
  type?: string;
  description?: string;
  enum?: string[];
  format?: string;
  minimum?: number;
  maximum?: number;
  default?: string | number;
}

interface JsonSchema {
  properties?: Record<string, Property>;
  required?: string[];
}

function typeOf({ type, enum: choices, format, minimum, maximum }: Property): string {
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (format === 'uri') return 'URL';
  return minimum !== undefined && maximum !== undefined ? `${type}, ${minimum} to ${maximum}` : String(type);
}

const seconds = (milliseconds: number) => `${milliseconds / 1000} s`;

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
