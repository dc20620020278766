import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#settings/root.js';
import type { Sql } from './database.js';

/** Where the statements stand, from the project's root. */
export const statementFolder = 'libs/store/sql';

/**
 * A statement as it is written in a file of `libs/store/sql`, in the manner of sqlc:
 *
 * ```sql
 * -- name: claim_tasks :many :prepared
 * -- What the caller should know; becomes the doc comment of the generated function.
 * -- type @leases: Record<string, number>
 * select task_id from task where task_id = any(@task_ids) and adapter = @adapter?
 * ```
 *
 * `:many`, `:one` and `:exec` say what the caller gets: all rows, the first row or undefined, the number of rows.
 * `:prepared` statements are parsed and planned once per connection. `@name` is a parameter, `@name?` one that may be
 * null. `type` gives a column or a parameter (`@`) a TypeScript type that PostgreSQL cannot know, `about` says of it
 * what its name does not.
 *
 * Two statements must never wait for each other: one that writes several rows takes their locks in the order of their
 * keys (`held … order by … for no key update`), those of lanes before those of tasks.
 */
export interface WrittenStatement {
  name: string;
  answers: 'many' | 'one' | 'exec';
  prepared: boolean;
  comment: string[];
  /** By column name, or by `@` and parameter name. */
  types: Map<string, string>;
  abouts: Map<string, string>;
  /** In the order of their `$1`, `$2`, … */
  parameters: { name: string; nullable: boolean }[];
  /** With `$1` instead of `@name`. */
  text: string;
}

/** @throws Error for a file without statements, or with a header that cannot be read */
export function readStatements(file: string): WrittenStatement[] {
  const source = readFileSync(join(root, statementFolder, file), 'utf8');
  const [before, ...parts] = source.split(/^-- name: /m);
  if (before!.trim() || parts.length === 0) throw new Error(`${file}: a statement begins with "-- name:"`);
  return parts.map((part) => readStatement(part, file));
}

function readStatement(part: string, file: string): WrittenStatement {
  const [header, ...lines] = part.split('\n');
  const [, name, answers, prepared] = /^(\w+) :(many|one|exec)( :prepared)?$/.exec(header!) ?? [];
  if (!name || lines[0]?.startsWith('-- :')) throw new Error(`${file}: -- name: ${header}`);
  const end = lines.findIndex((line) => !line.startsWith('--'));
  const comments = lines.slice(0, end).map((line) => line.replace(/^-- ?/, ''));
  const noted = (word: string) =>
    new Map(
      comments.flatMap((line) => {
        const [, said, name, text] = /^(type|about) (@?\w+): (.+)$/.exec(line) ?? [];
        return said === word ? [[name!, text!] as const] : [];
      }),
    );
  return {
    name,
    answers: answers as WrittenStatement['answers'],
    prepared: prepared !== undefined,
    comment: comments.filter((line) => !/^(type|about) @?\w+:/.test(line)),
    types: noted('type'),
    abouts: noted('about'),
    ...numbered(lines.slice(end).join('\n').trim().replace(/;$/, '')),
  };
}

/** `@name` becomes `$1`, the same name the same number. Not an `@` within an operator such as `@>`. */
function numbered(named: string): Pick<WrittenStatement, 'parameters' | 'text'> {
  const parameters: WrittenStatement['parameters'] = [];
  const text = named.replace(/(?<![\w@<>~^])@([a-z]\w*)(\?)?/g, (_, name: string, optional?: string) => {
    const known = parameters.findIndex((parameter) => parameter.name === name);
    if (optional && known >= 0) parameters[known]!.nullable = true;
    return `$${known >= 0 ? known + 1 : parameters.push({ name, nullable: optional !== undefined })}`;
  });
  return { parameters, text };
}

const files = new Map<string, Map<string, WrittenStatement>>();

function find(file: string, name: string): WrittenStatement {
  if (!files.has(file)) files.set(file, new Map(readStatements(file).map((one) => [one.name, one])));
  const found = files.get(file)!.get(name);
  if (!found) throw new Error(`${file} has no statement ${name}: npm run sql`);
  return found;
}

type Run<Parameters, Answer> = (sql: Sql, parameters: Parameters) => Promise<Answer>;
type Values<Parameters> = (parameters: Parameters) => unknown[];

/** All rows, each as an object with these keys. */
export function many<Parameters, Row>(
  file: string,
  name: string,
  values: Values<Parameters>,
  keys: (keyof Row)[],
): Run<Parameters, Row[]> {
  const { text, prepared } = find(file, name);
  return async (sql, parameters) => {
    const { rows } = await sql.run(text, values(parameters), prepared ? name : undefined);
    return rows.map((columns) => asRow(columns, keys));
  };
}

/** The first row, or undefined. */
export function one<Parameters, Row>(
  file: string,
  name: string,
  values: Values<Parameters>,
  keys: (keyof Row)[],
): Run<Parameters, Row | undefined> {
  const all = many(file, name, values, keys);
  return async (sql, parameters) => (await all(sql, parameters))[0];
}

/** The number of rows that were written. */
export function exec<Parameters>(file: string, name: string, values: Values<Parameters>): Run<Parameters, number> {
  const { text, prepared } = find(file, name);
  return async (sql, parameters) => {
    const { rowCount } = await sql.run(text, values(parameters), prepared ? name : undefined);
    return rowCount;
  };
}

/**
 * JSON travels as text, because an array would become an array of PostgreSQL. Null is JSON's null, undefined is SQL's.
 */
export function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** That keys and columns agree is checked against the migrated schema (`test/check/sql`). */
function asRow<Row>(columns: unknown[], keys: (keyof Row)[]): Row {
  const row = {} as Record<keyof Row, unknown>;
  for (let n = 0; n < keys.length; n++) row[keys[n]!] = columns[n];
  return row as Row;
}
