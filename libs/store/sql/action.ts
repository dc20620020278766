// Generated from action.sql and the migrated schema: change the statements, then npm run sql
import type { Json } from '#submission/vocabulary.js';
import { exec, json, many } from '../statement.js';

export interface NoteActionParameters {
  at: Date;
  actor: string;
  type: string;
  subject: string;
  reason?: string | null | undefined;
  data: Json;
}

/** What an operator did that belongs to no single submission. */
export const noteAction = exec<NoteActionParameters>('action.sql', 'note_action', (p) => [
  p.at,
  p.actor,
  p.type,
  p.subject,
  p.reason,
  json(p.data),
]);

export interface ActionsOnParameters {
  subject: string;
}

export interface ActionsOnRow {
  at: Date;
  actor: string;
  type: string;
  reason: string | null;
}

/** Oldest first. */
export const actionsOn = many<ActionsOnParameters, ActionsOnRow>('action.sql', 'actions_on', (p) => [p.subject], [
  'at',
  'actor',
  'type',
  'reason',
]);
