// Generated from mandate.sql and the migrated schema: change the statements, then npm run sql
import { exec, many, one } from '../statement.js';

export interface MandatesOfParameters {
  client: string;
  now: Date;
}

export interface MandatesOfRow {
  region: string;
  scope: 'parameters' | 'content';
}

/** What is entrusted to a client at this time. */
export const mandatesOf = many<MandatesOfParameters, MandatesOfRow>(
  'mandate.sql',
  'mandates_of',
  (p) => [p.client, p.now],
  ['region', 'scope'],
);

export interface ListMandatesParameters {
  regions?: readonly string[] | null | undefined;
  client: string;
}

export interface ListMandatesRow {
  mandateId: string;
  region: string;
  client: string;
  scope: 'parameters' | 'content';
  validUntil: Date;
  reason: string;
  givenBy: string;
  givenAt: Date;
  revokedAt: Date | null;
}

/** Those that these regions gave, and those that a client has; newest first. Without `regions`: all. */
export const listMandates = many<ListMandatesParameters, ListMandatesRow>(
  'mandate.sql',
  'list_mandates',
  (p) => [p.regions, p.client],
  ['mandateId', 'region', 'client', 'scope', 'validUntil', 'reason', 'givenBy', 'givenAt', 'revokedAt'],
);

export interface FindMandateParameters {
  mandateId: string;
}

export interface FindMandateRow {
  mandateId: string;
  region: string;
  client: string;
  scope: 'parameters' | 'content';
  validUntil: Date;
  reason: string;
  givenBy: string;
  givenAt: Date;
  revokedAt: Date | null;
}

export const findMandate = one<FindMandateParameters, FindMandateRow>(
  'mandate.sql',
  'find_mandate',
  (p) => [p.mandateId],
  ['mandateId', 'region', 'client', 'scope', 'validUntil', 'reason', 'givenBy', 'givenAt', 'revokedAt'],
);

export interface GiveMandateParameters {
  mandateId: string;
  region: string;
  client: string;
  scope: string;
  validUntil: Date;
  reason: string;
  givenBy: string;
  givenAt: Date;
}

export const giveMandate = exec<GiveMandateParameters>('mandate.sql', 'give_mandate', (p) => [
  p.mandateId,
  p.region,
  p.client,
  p.scope,
  p.validUntil,
  p.reason,
  p.givenBy,
  p.givenAt,
]);

export interface RevokeMandateParameters {
  at: Date;
  mandateId: string;
  actor: string;
  reason: string;
}

export const revokeMandate = exec<RevokeMandateParameters>('mandate.sql', 'revoke_mandate', (p) => [
  p.at,
  p.mandateId,
  p.actor,
  p.reason,
]);
