import type { Json } from '#submission/vocabulary.js';
import type { Row, Sql } from './database.js';
import { inDoubt } from './dead-letters.js';

/** One parameter of an attempt: which version, and the level it came from. What nobody set has no version, but the value that its definition gave. */
export type RanParameter =
  | { name: string; versionId: string; region: string; level: string }
  | { name: string; level: 'default'; value: Json; versionId?: undefined };

/** The rows from which a task is explained; no payload. */
export interface TaskStory {
  task: Row;
  attempts: Row[];
  /** What was checkpointed before sending: its generation and step, never its content. */
  sent: { generation: number; step: string; at: Date }[];
  events: Row[];
  /** Of a register step: where its answer came from and how many values differ from the form; never the values. */
  answer?: { outcome: string; origin: Json; differences: number };
}

export async function readStory(sql: Sql, taskId: string): Promise<TaskStory | undefined> {
  const { rows } = await sql.query(
    `select t.*, ${inDoubt} as in_doubt, s.client, s.channel, s.process_version, s.schema_id, s.schema_version, s.form_id, s.received_at, s.accepted_at
     from task t join submission s using (submission_id) where t.task_id = $1`,
    [taskId],
  );
  const task = rows[0];
  if (!task) return undefined;
  const { rows: attempts } = await sql.query(`select * from attempt where task_id = $1 order by attempt`, [taskId]);
  const { rows: sent } = await sql.query(
    `select split_part(name, ':', 2)::int as generation, split_part(name, ':', 3) as step, at from payload
     where submission_id = $2 and kind = 'sent' and starts_with(name, $1 || ':') order by at, name`,
    [taskId, task['submission_id']],
  );
  const { rows: events } = await sql.query(
    `select at, type, actor, data from event where submission_id = $2 and (task_id = $1 or task_id is null) order by event_id`,
    [taskId, task['submission_id']],
  );
  const { rows: answers } = await sql.query(
    `select content ->> 'outcome' as outcome, content -> 'origin' as origin, jsonb_array_length(content -> 'differences') as differences from payload
     where submission_id = $1 and kind = 'register' and name = $2 and $3 = 'register'`,
    [task['submission_id'], task['step_name'], task['kind']],
  );
  const answer = answers[0] as TaskStory['answer'];
  return { task, attempts, sent: sent as TaskStory['sent'], events, ...(answer && { answer }) };
}
