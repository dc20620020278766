import type { Sql } from '#store/database.js';

/**
 * All rows of all tables as text, bytes in hex, and what the planner remembers of their columns: what somebody reads
 * who has the database and nothing else.
 */
export async function everythingIn(db: Sql): Promise<string> {
  await db.query('analyze');
  const { rows } = await db.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('public', 'access_log') order by 1`,
  );
  const parts: string[] = [];
  for (const { name } of rows) {
    const content = await db.query<{ row: string }>(`select t::text as row from ${name} t`);
    parts.push(...content.rows.map(({ row }) => `${name}: ${row}`));
  }
  const known = await db.query<{ row: string }>(
    `select s::text as row from pg_stats s where schemaname in ('public', 'access_log')`,
  );
  return [...parts, ...known.rows.map(({ row }) => row)].join('\n').toLowerCase();
}

/** The words that are there, plain or in a form that anybody can turn back. */
export const foundIn = (everything: string, words: string[]): string[] =>
  words.filter((word) => formsOf(word).some((form) => everything.includes(form.toLowerCase())));

function formsOf(word: string): string[] {
  const encodings = ['utf8', 'utf16le'] as const;
  const texts = [
    word,
    ...encodings.flatMap((encoding) => {
      const bytes = Buffer.from(word, encoding);
      return [bytes.toString('hex'), ...[0, 1, 2].map((offset) => base64Within(bytes, offset))];
    }),
  ];
  return texts.flatMap((text) => [text, Buffer.from(text).toString('hex')]);
}

/** What of a base64 text depends on these bytes alone, where they begin at a byte 0, 1 or 2 of a group of three. */
function base64Within(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  return text.slice(offset === 0 ? 0 : offset + 1, -1);
}
