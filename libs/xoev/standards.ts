import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { root } from '#settings/root.js';

/** A version of a standard, as `schemas/xoev/standards.json` lists it. */
export interface StandardVersion {
  /** `xbau-kernmodul` */
  standard: string;
  title: string;
  /** The prefix that processes use: `xbauk`. */
  prefix: string;
  version: string;
  namespace: string;
  /** The first day in force (Europe/Berlin). */
  from: string;
  /** The first day no longer in force. */
  until?: string;
  head: 'basisnachricht' | 'behoerdenkennung' | 'none';
  /** Of the root element. */
  attributes: Record<string, string>;
  /** Of the code that names the message type. */
  messageList?: { uri: string; version: string };
  /** Version of the code list of directories (`DVDV`), in heads of the Basisnachricht. */
  directory?: string;
  /** Version of the code list of DVDV prefixes, in heads with a Behördenkennung. */
  prefixList?: string;
  /** DVDV prefix → the code list of its keys, in heads with a Behördenkennung. */
  keyLists?: Record<string, { uri: string; version: string }>;
}

interface Listed
  extends Omit<StandardVersion, 'messageList' | 'version' | 'namespace' | 'from' | 'until' | 'attributes'> {
  messageList?: { uri: string };
  versions: (Pick<StandardVersion, 'version' | 'namespace' | 'from' | 'until' | 'attributes'> & {
    messageListVersion?: string;
  })[];
}

export const standards: StandardVersion[] = (
  JSON.parse(readFileSync(join(root, 'schemas/xoev/standards.json'), 'utf8')) as Listed[]
).flatMap(({ versions, messageList, ...standard }) =>
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
