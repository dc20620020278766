// Generated from person.sql and the migrated schema: change the statements, then npm run sql
import { exec, many, one } from '../statement.js';

export interface SubmissionsOfPersonParameters {
  pseudonyms: Uint8Array[];
  municipalities: readonly string[];
  most: number;
}

export interface SubmissionsOfPersonRow {
  submissionId: string;
  number: number | null;
  leistung: string;
  ars: string;
  receivedAt: Date;
}

/** Newest first. `pseudonyms`: of one person, under several keys. `municipalities`: ARS or their beginnings. */
export const submissionsOfPerson = many<SubmissionsOfPersonParameters, SubmissionsOfPersonRow>(
  'person.sql',
  'submissions_of_person',
  (p) => [p.pseudonyms, p.municipalities, p.most],
  ['submissionId', 'number', 'leistung', 'ars', 'receivedAt'],
);

export interface PersonBacklogRow {
  after: string;
}

/** After which submission the index is still to be filled; undefined where nothing is left. */
export const personBacklog = one<void, PersonBacklogRow>('person.sql', 'person_backlog', () => [], ['after']);

export interface TakePersonBacklogRow {
  after: string;
}

/** The same, for whoever goes on; undefined also while somebody else is at it. */
export const takePersonBacklog = one<void, TakePersonBacklogRow>('person.sql', 'take_person_backlog', () => [], [
  'after',
]);

export interface SubmissionsAfterParameters {
  after: string;
  most: number;
}

export interface SubmissionsAfterRow {
  submissionId: string;
}

export const submissionsAfter = many<SubmissionsAfterParameters, SubmissionsAfterRow>(
  'person.sql',
  'submissions_after',
  (p) => [p.after, p.most],
  ['submissionId'],
);

export interface IndexPersonsParameters {
  keyVersion: number;
  submissionIds: readonly string[];
  pseudonyms: Uint8Array[];
  after: string;
}

export const indexPersons = exec<IndexPersonsParameters>('person.sql', 'index_persons', (p) => [
  p.keyVersion,
  p.submissionIds,
  p.pseudonyms,
  p.after,
]);

export const endPersonBacklog = exec<void>('person.sql', 'end_person_backlog', () => []);
