// Generated from secret.sql and the migrated schema: change the statements, then npm run sql
import { exec, many } from '../statement.js';

export interface ParameterSecretsParameters {
  after: number;
  begin: Uint8Array;
  most: number;
}

export interface ParameterSecretsRow {
  versionId: string;
  region: string;
  leistung: string;
  name: string;
  secret: Buffer | null;
}

/** Secrets of parameters behind version `after` that do not begin with `begin`: those that are under another key. */
export const parameterSecrets = many<ParameterSecretsParameters, ParameterSecretsRow>(
  'secret.sql',
  'parameter_secrets',
  (p) => [p.after, p.begin, p.most],
  ['versionId', 'region', 'leistung', 'name', 'secret'],
);

export interface ResealParametersParameters {
  versionIds: readonly string[];
  before: readonly Uint8Array[];
  secrets: readonly Uint8Array[];
}

/** Puts each secret in place of the same one under another key. */
export const resealParameters = exec<ResealParametersParameters>('secret.sql', 'reseal_parameters', (p) => [
  p.versionIds,
  p.before,
  p.secrets,
]);

export interface CallbackSecretsParameters {
  after: string;
  begin: Uint8Array;
  most: number;
}

export interface CallbackSecretsRow {
  client: string;
  secret: Buffer;
}

/** The same for the secrets of portals, behind client `after`. */
export const callbackSecrets = many<CallbackSecretsParameters, CallbackSecretsRow>(
  'secret.sql',
  'callback_secrets',
  (p) => [p.after, p.begin, p.most],
  ['client', 'secret'],
);

export interface ResealCallbacksParameters {
  clients: readonly string[];
  before: readonly Uint8Array[];
  secrets: readonly Uint8Array[];
}

export const resealCallbacks = exec<ResealCallbacksParameters>('secret.sql', 'reseal_callbacks', (p) => [
  p.clients,
  p.before,
  p.secrets,
]);

export interface CountSecretsRow {
  begin: Buffer | null;
  count: number;
}

/** How many secrets begin with the same five bytes: format and id of the key. */
export const countSecrets = many<void, CountSecretsRow>('secret.sql', 'count_secrets', () => [], ['begin', 'count']);
