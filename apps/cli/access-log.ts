import type { Command } from 'commander';
import { type Api, query } from './api.js';
import { type JsonOption, limitOption } from './options.js';
import { show, table } from './show.js';
import { texts } from './texts.js';
import { region, time } from './values.js';

interface PersonOptions {
  person?: string;
  familienname?: string;
  vornamen?: string;
  geburtsdatum?: string;
  postfach?: string;
}

type Options = PersonOptions & JsonOption & { reason?: string; limit: number; cursor?: string };

/** An entry as the console shows it. */
interface Entry {
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

interface Page {
  items: Entry[];
  next: string | null;
}

/** `stellwerk access-log`. */
export function registerAccessLog(program: Command, api: Api): void {
  program
    .command('access-log')
    .description('wer wann was über eine Person abgerufen oder eingesehen hat, zwei Jahre zurück')
    .option('--familienname <name>', 'die Person, mit Vornamen und Geburtsdatum')
    .option('--vornamen <namen>')
    .option('--geburtsdatum <tag>', 'JJJJ-MM-TT')
    .option('--postfach <id>', 'oder ihr Postfach (postfachHandleId)')
    .option('--person <pseudonym>', 'oder ihr Pseudonym; die Person selbst nennt nichts')
    .option('--reason <text>', 'warum eine Behörde fragt; ohne Angaben zur Person')
    .addOption(limitOption())
    .option('--cursor <seite>', 'next der Seite davor')
    .option('--json', 'als JSON')
    .action(async ({ json, reason, limit, cursor, ...options }: Options) => {
      const person = await pseudonym(options, api);
      show(await api.get<Page>(`access-log${query({ person, reason, limit, cursor })}`), { json }, entries);
    });
}

/** The pseudonym of the person that the options name; undefined where they name nobody. */
async function pseudonym(options: PersonOptions, api: Api): Promise<string | undefined> {
  const { person, familienname, vornamen, geburtsdatum, postfach } = options;
  if (person) return person;
  const identity = postfach ? { postfachHandleId: postfach } : { familienname, vornamen, geburtsdatum };
  if (Object.values(identity).every((value) => value === undefined)) return undefined;
  return (await api.post<{ person: string }>('access-log/person', identity)).person;
}

function entries({ items, next }: Page): string {
  if (items.length === 0) return texts.accessLog.none;
  const rows = items.map((entry) => [
    time(entry.zeitpunkt),
    entry.art,
    entry.uebermittelndeStelle,
    `${region(entry.empfangendeStelle.regionalschluessel)}, ${entry.empfangendeStelle.zugang}`,
    entry.datenkategorien.join(', '),
    [entry.zweck, entry.anlass].filter(Boolean).join(': '),
    entry.rechtsgrundlage,
    entry.ergebnis ?? null,
  ]);
  return table(texts.accessLog.columns, rows) + (next === null ? '' : texts.morePages(next));
}
