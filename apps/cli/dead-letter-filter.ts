import type { Command } from 'commander';

export interface DeadLetterFilter {
  adapter?: string;
  leistung?: string;
  region?: string;
  outcome?: string;
  reason?: string;
  olderThan?: string;
  newerThan?: string;
}

/** The reason of the last attempt is `--cause` here, because `--reason` says why the operator acts. */
export type FilterOptions = Omit<DeadLetterFilter, 'reason'> & { cause?: string };

/** Adds the options that choose dead letters. */
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

export function filterOf(options: FilterOptions): DeadLetterFilter {
  const { adapter, leistung, region, outcome, cause: reason, olderThan, newerThan } = options;
  const filter = { adapter, leistung, region, outcome, reason, olderThan, newerThan };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
