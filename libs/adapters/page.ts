import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '#settings/root.js';
import { deadlineOf, settlesWithinOf } from './call.js';
import type { Adapter } from './contract.js';
import { metaOf } from './parameters.js';

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
  const { version, kind, accepts, capabilities } = adapter.manifest;
  const rows = [
    ['Version', version],
    ['Kind', kind === 'register' ? 'register: looks up' : 'Fachverfahren: delivers'],
    ['Leistungen', accepts.includes('*') ? 'any' : accepts.join(', ')],
    ['One call takes at most', seconds(deadlineOf(adapter))],
    ...(kind === 'register'
      ? []
      : [
          [
            'After a lost answer',
            capabilities.find
              ? `asks the target, ${seconds(settlesWithinOf(adapter))} after the call's end`
              : 'an operator decides',
          ],
          [
            'The same key twice',
            capabilities.idempotentTarget
              ? 'is one effect at the target'
              : 'may be two effects: the target knows no key',
          ],
          ['Preview', capabilities.render ? 'the exact bytes' : 'none'],
          ['Answers later', capabilities.status ? 'is asked for its status' : 'no'],
        ]),
  ];
  return table(['', ''], rows as string[][]);
}

function parameterTable({ manifest }: Adapter): string {
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
  return rows.length > 0 ? table(['Name', 'Meaning', 'Type', 'Default'], rows) : 'None.';
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
