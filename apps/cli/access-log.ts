import type { Command } from 'commander';
import type { Api } from './api.js';
import { limit, query } from './filter.js';
import { place, show, table, time } from './show.js';

interface Whom {
  person?: string;
  familienname?: string;
  vornamen?: string;
  geburtsdatum?: string;
  postfach?: string;
}

/** An entry as the console tells it. */
interface Told {
  art: string;
  zeitpunkt: string;
  uebermittelndeStelle: string;
  empfangendeStelle: { regionalschluessel: string; zugang: string };
  datenkategorien: string[];
  zweck: string;
  anlass?: string;
  rechtsgrundlage: string;
  ergebnis?: string;
}

export function registerAccessLog(program: Command, api: () => Api): void {
  program
    .command('access-log')
    .description('wer wann was über eine Person abgerufen oder eingesehen hat, zwei Jahre zurück')
    .option('--familienname <name>', 'die Person, mit Vornamen und Geburtsdatum')
    .option('--vornamen <namen>')
    .option('--geburtsdatum <tag>', 'JJJJ-MM-TT')
    .option('--postfach <id>', 'oder ihr Postfach (postfachHandleId)')
    .option('--person <pseudonym>', 'oder ihr Pseudonym; die Person selbst nennt nichts')
    .option('--reason <text>', 'warum eine Behörde fragt; ohne Angaben zur Person')
    .addOption(limit())
    .option('--cursor <seite>', 'next der Seite davor')
    .option('--json', 'als JSON')
    .action(async ({ json, reason, limit, cursor, ...whom }) => {
      const person = await pseudonym(whom, api());
      show(await api().get(`access-log${query({ person, reason, limit, cursor })}`), { json }, told);
    });
}

async function pseudonym(whom: Whom, api: Api): Promise<string | undefined> {
  const { person, familienname, vornamen, geburtsdatum, postfach } = whom;
  if (person) return person;
  const identity = postfach ? { postfachHandleId: postfach } : { familienname, vornamen, geburtsdatum };
  if (Object.values(identity).every((value) => value === undefined)) return undefined;
  return (await api.post<{ person: string }>('access-log/person', identity)).person;
}

function told({ items, next }: { items: Told[]; next: string | null }): string {
  if (items.length === 0) return 'Keine Einträge.';
  const rows = items.map((entry) => [
    time(entry.zeitpunkt),
    entry.art,
    entry.uebermittelndeStelle,
    `${place(entry.empfangendeStelle.regionalschluessel)}, ${entry.empfangendeStelle.zugang}`,
    entry.datenkategorien.join(', '),
    [entry.zweck, entry.anlass].filter(Boolean).join(': '),
    entry.rechtsgrundlage,
    entry.ergebnis ?? null,
  ]);
  const head = ['Zeit', 'Art', 'von', 'an', 'Daten', 'Zweck', 'Rechtsgrundlage', 'Ergebnis'];
  return table(head, rows) + (next === null ? '' : `\nEs gibt weitere: --cursor ${next}`);
}
