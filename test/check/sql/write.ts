import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#settings/root.js';
import type { Database } from '#store/database.js';
import { readStatements, statementFolder, type WrittenStatement } from '#store/statement.js';
import { type Described, describe, tablesOf } from './describe.js';
import { columnTypes, homes, typeOf } from './typescript.js';

/**
 * What each file of `libs/store/sql` should be beside its statements: path from the root → content. Throws what
 * PostgreSQL refuses, with its place.
 */
export async function generated(db: Database): Promise<Map<string, string>> {
  const tables = await tablesOf(db);
  const files = readdirSync(join(root, statementFolder)).filter((name) => name.endsWith('.sql'));
  const made = new Map<string, string>();
  for (const file of files.sort()) {
    const parts: string[] = [];
    for (const statement of readStatements(file)) {
      try {
        parts.push(written(file, statement, await describe(db, statement, tables)));
      } catch (error) {
        throw new Error(`${statementFolder}/${file}, ${statement.name}: ${(error as Error).message}`);
      }
    }
    const path = join(statementFolder, file.replace(/\.sql$/, '.ts'));
    made.set(path, formatted(path, module(file, parts)));
  }
  return made;
}

/** Which of them are not as they should be. */
export async function stale(db: Database): Promise<string[]> {
  return [...(await generated(db))].flatMap(([path, content]) => (read(path) === content ? [] : [path]));
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

function module(file: string, parts: string[]): string {
  const body = parts.join('\n');
  const imports = Object.entries(homes).flatMap(([home, types]) => {
    const named = types.filter((type) => new RegExp(`\\b${type}\\b`).test(body));
    return named.length ? [`import type { ${named.join(', ')} } from '${home}';`] : [];
  });
  const runners = ['exec', 'json', 'many', 'one'].filter((name) => new RegExp(`\\b${name}[(<]`).test(body));
  return [
    `// Generated from ${file} and the migrated schema: change the statements, then npm run sql`,
    ...imports,
    `import { ${runners.join(', ')} } from '../statement.js';`,
    '',
    body,
  ].join('\n');
}

function written(file: string, statement: WrittenStatement, { parameters, columns }: Described): string {
  const { name, answers, types, abouts } = statement;
  const about = (key: string) => (abouts.has(key) ? `/** ${abouts.get(key)} */\n` : '');
  const title = capital(camel(name));
  const values = statement.parameters.map((parameter, n) => {
    const type = types.get(`@${parameter.name}`) ?? parameterTypeOf(parameters[n]!);
    const isJson = /^jsonb?$/.test(parameters[n]!);
    const key = camel(parameter.name);
    return {
      member: `${about(`@${parameter.name}`)}${key}${parameter.nullable ? '?' : ''}: ${type}${maybe(parameter)};`,
      value: isJson ? `json(p.${key})` : `p.${key}`,
    };
  });
  const answered = answers === 'exec' ? [] : columns;
  const unnamed = answered.findIndex(({ name: column }) => column === '?column?');
  if (unnamed >= 0) throw new Error(`column ${unnamed + 1} has no name`);
  const row = answered.map(({ name: column, nullable, origin, type }) => {
    const told = types.get(column);
    const known = told ?? (columnTypes[origin ?? ''] || typeOf(type)) + (nullable ? ' | null' : '');
    return { key: camel(column), member: `${about(column)}${camel(column)}: ${known};` };
  });
  const [given, answer] = [values.length ? `${title}Parameters` : 'void', `${title}Row`];
  const head = values.length ? `(p) => [${values.map(({ value }) => value).join(', ')}]` : '() => []';
  const keys = row.map(({ key }) => `'${key}'`).join(', ');
  const call =
    answers === 'exec'
      ? `exec<${given}>('${file}', '${name}', ${head})`
      : `${answers}<${given}, ${answer}>('${file}', '${name}', ${head}, [${keys}])`;
  return [
    ...(values.length ? [`export interface ${given} {\n${values.map(({ member }) => member).join('\n')}\n}\n`] : []),
    ...(answers === 'exec' ? [] : [`export interface ${answer} {\n${row.map(({ member }) => member).join('\n')}\n}\n`]),
    ...comment(statement.comment),
    `export const ${camel(name)} = ${call};\n`,
  ].join('\n');
}

function comment(lines: string[]): string[] {
  if (lines.length === 0) return [];
  return lines.length === 1 ? [`/** ${lines[0]} */`] : ['/**', ...lines.map((line) => ` * ${line}`.trimEnd()), ' */'];
}

/** `pg` takes more than it gives. */
const parameterTypeOf = (type: string) =>
  typeOf(type)
    .replace('Buffer', 'Uint8Array')
    .replace(/^(.*)\[\]$/, 'readonly $1[]');

const maybe = ({ nullable }: { nullable: boolean }) => (nullable ? ' | null | undefined' : '');

const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const capital = (name: string) => name[0]!.toUpperCase() + name.slice(1);

function formatted(path: string, source: string): string {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', `--stdin-file-path=${path}`],
    { cwd: root, input: source, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`${path}: ${stderr}`);
  return stdout;
}
