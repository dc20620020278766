// Generated from pseudonym.sql and the migrated schema: change the statements, then npm run sql
import { exec, many } from '../statement.js';

export interface PseudonymKeysRow {
  version: number;
  keyId: Buffer;
}

/** In the order in which they came. */
export const pseudonymKeys = many<void, PseudonymKeysRow>('pseudonym.sql', 'pseudonym_keys', () => [], [
  'version',
  'keyId',
]);

export interface AddPseudonymKeyParameters {
  keyId: Uint8Array;
  now: Date;
}

/** Changes nothing where it is there, or another one came first: look again. */
export const addPseudonymKey = exec<AddPseudonymKeyParameters>('pseudonym.sql', 'add_pseudonym_key', (p) => [
  p.keyId,
  p.now,
]);
