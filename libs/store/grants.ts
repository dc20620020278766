/** The roles that hold rights, as PostgreSQL knows them. The owner is whoever migrates, and needs no grants. */
export const roles = { application: 'stellwerk_application', eraser: 'stellwerk_eraser' } as const;

export type Role = keyof typeof roles;

/** Privileges by role, separated by blanks; a role that is not named has none. `update(x)`: of the column x only. */
type Grants = Partial<Record<Role, string>>;

const neverChanged: Grants = { application: 'select insert' };
const content: Grants = { application: 'select insert', eraser: 'select delete' };
const state: Grants = { application: 'select insert update' };

/**
 * What each role may do with each table of the store and the access log. `migrate` brings the database to it, whichever
 * migration made the table. A new table needs a line here: without one nobody but the owner reaches it, and a test
 * says so.
 */
export const tableGrants: Record<string, Grants> = {
  submission: { application: 'select insert update(state) update(ended_at)', eraser: 'select' },
  task: { application: 'select insert update', eraser: 'select' },
  attempt: state, // a trigger keeps those that have ended
  event: neverChanged,
  action: neverChanged,
  seal: neverChanged, // a trigger keeps them also from the owner
  parameter: neverChanged,
  parameter_revision: { application: 'select update' },
  payload: { application: 'select insert update', eraser: 'select delete' },
  submission_key: content,
  attachment: content,
  attachment_chunk: content,
  reply: neverChanged,
  lane: state,
  idempotency: { application: 'select insert delete' },
  callback: { application: 'select insert update delete' },
  notice: { application: 'select insert delete' },
  replay: { application: 'select insert update delete' },
  replay_item: state,
  stray: state,
  added_rules: neverChanged,
  imported_schema: neverChanged,
  code_list: neverChanged,
  schema_use: state,
  host: state,
  mandate: state,
  worker: { application: 'select insert update delete' },
  rate: { application: 'select insert update delete' },
  submission_number: content,
  pseudonym_key: neverChanged,
  person_index: content,
  person_backlog: { application: 'select update delete' },
  migration: { application: 'select', eraser: 'select' },
  'access_log.entry': neverChanged,
  'access_log.person': neverChanged,
  'access_log.outcome': neverChanged,
  'access_log.erasure': { application: 'select', eraser: 'select' },
  'access_log.migration': { application: 'select', eraser: 'select' },
};

/** Functions that run with their owner's rights: who may call them. */
export const functionGrants: Record<string, Role[]> = {
  'access_log.open_month(date)': ['application'],
  'access_log.forget_month(date, timestamptz)': ['eraser'],
};

/** Schemas besides `public` that both roles may look into. */
export const schemasUsed = ['access_log'];
