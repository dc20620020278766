/** TypeScript's names for PostgreSQL's types, as `pg` reads and writes them. */
const plain: Record<string, string> = {
  uuid: 'string',
  text: 'string',
  'character varying': 'string',
  boolean: 'boolean',
  smallint: 'number',
  integer: 'number',
  bigint: 'number',
  'double precision': 'number',
  'timestamp with time zone': 'Date',
  date: 'string',
  bytea: 'Buffer',
  jsonb: 'Json',
  json: 'Json',
  interval: 'string',
  submission_state: 'string',
  xid8: 'string',
  pg_snapshot: 'string',
};

/** What PostgreSQL does not know of a column: a text that is one of a few, or the shape of its JSON. */
export const columnTypes: Record<string, string> = {
  'submission.steps': 'PlannedStep[]',
  'submission.trust_level': 'TrustLevel',
  'submission.state': "'open' | SubmissionEnd",
  'task.kind': 'AdapterKind',
  'task.state': 'TaskState',
  'task.next': 'Call',
  'task.parameters_as_ran': 'string[]',
  'attempt.call': 'Call',
  'attempt.parameters': 'RanParameter[]',
  'event.type': 'EventType',
  'event.data': 'Record<string, Json>',
  'lane.state': "'open' | 'closed'",
  'lane.why': 'LaneWhy',
  'reply.status': 'ReplyStatus',
  'notice.type': "'new-replies' | 'new-state'",
  'replay.filter': 'Record<string, string>',
  'replay.parameters': 'ReplayParameters',
  'replay.state': "'running' | 'paused' | 'cancelled' | 'done'",
  'access_log.entry.kind': "'lookup' | 'view'",
};

/** The types that generated files may name, by the module that they come from. */
export const homes: Record<string, string[]> = {
  '#submission/vocabulary.js': [
    'AdapterKind',
    'Call',
    'Json',
    'ReplyStatus',
    'SubmissionEnd',
    'TaskState',
    'TrustLevel',
  ],
  '#submission/events.js': ['EventType'],
  '#submission/submission.js': ['PlannedStep'],
  '../rows.js': [
    ...[
      'AccessLogEntry',
      'AccessLogOutcome',
      'AttachmentRow',
      'AttemptRecord',
      'Checkpoint',
      'DocumentRow',
      'EventRow',
      'LaneWhy',
    ],
    ...['NewEvent', 'NewSubmission', 'RanParameter', 'ReplayItemState', 'ReplayParameters', 'ReplyRow', 'TaskRow'],
  ],
};

/** @throws Error for a type that nobody has needed yet */
export function typeOf(type: string): string {
  const list = /^(.*)\[\]$/.exec(type);
  if (list) return `${typeOf(list[1]!)}[]`;
  const known = plain[type];
  if (!known) throw new Error(`PostgreSQL's type ${type} has no TypeScript type yet (test/check/sql/typescript.ts)`);
  return known;
}
