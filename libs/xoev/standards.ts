import { DateTime } from 'luxon';
import { z } from 'zod';
import { readData } from './data.js';

/** A version of a standard, as `schemas/xoev/standards.json` lists it. */
export interface StandardVersion {
  /** `xbau-kernmodul` */
  standard: string;
  title: string;
  /** The prefix that processes use: `xbauk`. */
  prefix: string;
  version: string;
  namespace: string;
  /** The first day in force (ISO 8601, Europe/Berlin). */
  from: string;
  /** The first day no longer in force. */
  until?: string;
  head: 'basisnachricht' | 'behoerdenkennung' | 'none';
  /** Attributes of the root element. */
  attributes: Record<string, string>;
  /** Code list of the message types. */
  messageList?: { uri: string; version: string };
  /** Version of the code list of directories (`DVDV`), in heads of the Basisnachricht. */
  directory?: string;
  /** Version of the code list of DVDV prefixes, in heads with a Behördenkennung. */
  prefixList?: string;
  /** DVDV prefix → the code list of its keys, in heads with a Behördenkennung. */
  keyLists?: Record<string, { uri: string; version: string }>;
}

const listed = z.object({
  standard: z.string(),
  title: z.string(),
  prefix: z.string(),
  head: z.enum(['basisnachricht', 'behoerdenkennung', 'none']),
  messageList: z.object({ uri: z.string() }).optional(),
  directory: z.string().optional(),
  prefixList: z.string().optional(),
  keyLists: z.record(z.string(), z.object({ uri: z.string(), version: z.string() })).optional(),
  versions: z.array(
    z.object({
      version: z.string(),
      namespace: z.string(),
      from: z.iso.date(),
      until: z.iso.date().optional(),
      attributes: z.record(z.string(), z.string()),
      messageListVersion: z.string().optional(),
    }),
  ),
});

export const standards: StandardVersion[] = readData('standards.json', z.array(listed)).flatMap(
  ({ versions, messageList, ...standard }) =>
    versions.map(({ messageListVersion, ...version }) => ({
      ...standard,
      ...version,
      ...(messageList && messageListVersion && { messageList: { ...messageList, version: messageListVersion } }),
    })),
);

/** The version in force at that moment. XÖV standards change at midnight in Berlin, on 1 May and 1 November. */
export function standardOn(prefix: string, moment: Date): StandardVersion | undefined {
  const day = DateTime.fromJSDate(moment, { zone: 'Europe/Berlin' }).toISODate()!;
  return standards.find(
    (one) => one.prefix === prefix && one.from <= day && (one.until === undefined || day < one.until),
  );
}

export const standardOf = (namespace: string): StandardVersion | undefined =>
  standards.find((one) => one.namespace === namespace);
