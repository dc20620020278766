import { createHash } from 'node:crypto';
import { parseSync } from 'oxc-parser';

/** SHA-256 of what a source declares, in hex: its text without comments and blanks, so that formatting is no change. */
export function declarationsOf(source: string): string {
  const { comments } = parseSync('contract.ts', source);
  const code = comments.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), source);
  return createHash('sha256').update(code.replace(/\s/g, '')).digest('hex');
}

/**
 * German sentences: a contract that is another one than its version says, and a version that the table of
 * `docs/adapter-contract.md` does not begin with.
 */
export function contractFindings(
  source: string,
  { version, declared }: { version: string; declared: string },
  page: string,
): string[] {
  const now = declarationsOf(source);
  const [, first] = /^\| (\d+\.\d+\.\d+) \|/m.exec(page) ?? [];
  return [
    ...(now === declared
      ? []
      : [
          `libs/adapters/contract.ts ist nicht mehr der Vertrag ${version}: contractVersion in contract-version.ts ` +
            `erhöhen, daneben declared = '${now}', und eine Zeile in docs/adapter-contract.md.`,
        ]),
    ...(first === version ? [] : [`docs/adapter-contract.md beginnt mit ${first}; der Vertrag ist ${version}.`]),
  ];
}
