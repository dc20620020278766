import type { Command } from 'commander';

export interface DeadLetterFilter {
  adapter?: string;
  leistung?: string;
  region?: string;
  outcome?: string;
  cause?: string;
  olderThan?: string;
  newerThan?: string;
}

/** Adds the options that choose dead letters. */
export function withFilter(command: Command): Command {
  return command
    .option('--adapter <name>', 'nur dieser Adapter')
    .option('--leistung <schluessel>', 'nur diese Leistung (14 Ziffern)')
    .option('--region <schluessel>', 'nur diese Region: Regionalschlüssel oder sein Anfang')
    .option('--outcome <ausgang>', 'nur dieser Ausgang, etwa rejected, exhausted, unknown')
    .option('--cause <ursache>', 'nur diese Ursache, wie sie „dead-letters list --by-cause“ zeigt')
    .option('--older-than <zeit>', 'aufgegeben vor mehr als …: 90m, 72h, 3d oder ein Zeitpunkt')
    .option('--newer-than <zeit>', 'aufgegeben seit …');
}

export function filterOf(options: DeadLetterFilter): DeadLetterFilter {
  const { adapter, leistung, region, outcome, cause, olderThan, newerThan } = options;
  const filter = { adapter, leistung, region, outcome, cause, olderThan, newerThan };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
