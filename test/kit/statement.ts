import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#settings/root.js';
import { readStatements, statementFolder } from '#store/statement.js';

const prepared = new Set(
  readdirSync(join(root, statementFolder))
    .filter((file) => file.endsWith('.sql'))
    .flatMap(readStatements)
    .flatMap(({ name, prepared }) => (prepared ? [name] : [])),
);

/** Returns what a prepared statement looks like on the wire, for traps. Throws for a name that no statement has. */
export function statement(name: string): Buffer {
  if (!prepared.has(name)) throw new Error(`no prepared statement is called ${name}`);
  return Buffer.from(`\0${name}\0`);
}
