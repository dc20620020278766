import { type Command, InvalidArgumentError, Option } from 'commander';

export interface FilterOptions {
  adapter?: string;
  leistung?: string;
  region?: string;
  outcome?: string;
  reason?: string;
  olderThan?: string;
  newerThan?: string;
}

/** The options that choose dead letters. `--cause` instead of `--reason` where a reason for the action is asked for. */
export function withFilter(command: Command): Command {
  return command
    .option('--adapter <name>', 'nur dieser Adapter')
    .option('--leistung <schluessel>', 'nur diese Leistung (14 Ziffern)')
    .option('--region <schluessel>', 'nur diese Region: Regionalschlüssel oder sein Anfang')
    .option('--outcome <ausgang>', 'nur dieser Ausgang, etwa rejected, exhausted, unknown')
    .option('--cause <grund>', 'nur genau dieser Grund, wie ihn „dead-letters list --by-cause“ zeigt')
    .option('--older-than <zeit>', 'aufgegeben vor mehr als …: 90m, 72h, 3d oder ein Zeitpunkt')
    .option('--newer-than <zeit>', 'aufgegeben seit …');
}

export function filterOf(options: FilterOptions & { cause?: string }): FilterOptions {
  const { adapter, leistung, region, outcome, cause: reason, olderThan, newerThan } = options;
  const filter = { adapter, leistung, region, outcome, reason, olderThan, newerThan };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

/** `?a=b&c=d` of what is given. */
export function query(parameters: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) search.set(name, String(value));
  return search.size > 0 ? `?${search}` : '';
}

export function whole(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Eine ganze Zahl ab 1.');
}

export function limit(): Option {
  return new Option('--limit <zahl>', 'höchstens so viele Zeilen').default(50).argParser(whole);
}

/** Deliberately without default: whoever replays decides. */
export function parametersOption(): Option {
  return new Option('--parameters <welche>', 'as-ran: wie beim letzten Versuch; current: die jetzt gültigen')
    .choices(['as-ran', 'current'])
    .makeOptionMandatory();
}
