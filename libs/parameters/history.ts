import type { ParameterKey, Version } from '#store/parameters.js';
import type { Json } from '#submission/vocabulary.js';
import { boundaries, covers, inherits } from './resolve.js';

/** Everything that was ever written about one parameter of one region. */
export interface History extends ParameterKey {
  etag: string;
  /** Newest first. */
  versions: VersionView[];
}

/** One row as people see it. */
export interface VersionView extends Omit<Version, 'sealed' | 'region' | 'leistung' | 'name' | 'value'> {
  value?: Json;
  /** In place of a secret's value. */
  set?: true;
  /** In place of a value: from here on it inherits again. */
  inherit?: true;
  /** When the row counts; rows that were written later may have ended it or taken a part of its period. */
  periods: { from: Date; to?: Date }[];
}

/** `rows` are oldest first. */
export function historyOf({ region, leistung, name }: ParameterKey, rows: Version[]): History {
  return { region, leistung, name, etag: etagOf(rows), versions: rows.map((row) => viewOf(row, rows)).reverse() };
}

/** Changes with every new row. */
export function etagOf(rows: { versionId: string }[]): string {
  return `"${rows.at(-1)?.versionId ?? 0}"`;
}

function viewOf(row: Version, rows: Version[]): VersionView {
  const { versionId, author, reason, createdAt, validFrom } = row;
  const periods = periodsOf(versionId, rows);
  const end = endOf(row, periods);
  return { versionId, ...contentOf(row), validFrom, ...(end && { validTo: end }), author, reason, createdAt, periods };
}

function contentOf({ value, sealed }: Version): Pick<VersionView, 'value' | 'set' | 'inherit'> {
  if (sealed) return { set: true };
  return inherits({ value }) ? { inherit: true } : { value: value! };
}

/** The end of the first period in which the row counts; its start, if it never counts. */
function endOf({ validFrom, validTo }: Version, [first]: VersionView['periods']): Date | undefined {
  const end = first ? first.to : validFrom;
  return end ?? validTo;
}

/** The periods in which this row is the last-written one that covers the time. */
function periodsOf(versionId: string, rows: Version[]): VersionView['periods'] {
  const counts = (at: Date) => rows.findLast((row) => covers(row, at))?.versionId === versionId;
  const periods: VersionView['periods'] = [];
  for (const moment of boundaries(rows).map((time) => new Date(time))) {
    const latest = periods.at(-1);
    if (counts(moment) && (!latest || latest.to)) periods.push({ from: moment });
    else if (!counts(moment) && latest && !latest.to) latest.to = moment;
  }
  return periods;
}
