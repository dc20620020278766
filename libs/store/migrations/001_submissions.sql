-- Up Migration

-- What a portal handed over. No content: that stands in payload and attachment, so that erasing it is one delete
-- each.
create table submission (
  submission_id uuid primary key,
  case_id uuid not null,
  client text not null,
  channel text not null,
  leistung text not null,
  ars text not null,
  process_version text not null,
  schema_id text not null,
  schema_version text not null,
  form_id text,
  steps jsonb not null,              -- [{name, title, kind, adapter, optional}] as planned at acceptance
  traceparent text not null,
  received_at timestamptz not null,
  accepted_at timestamptz not null
);
create index submission_case on submission (case_id);

-- One step for one submission. The row is the outbox: whatever is to happen next happens at due_at.
-- queued with due_at in the future = its ticket is in flight until then.
create table task (
  task_id uuid primary key,
  submission_id uuid not null references submission,
  case_id uuid not null,
  step int not null,
  step_name text not null,
  kind text not null check (kind in ('fachverfahren', 'register')),
  optional boolean not null default false,
  adapter text not null,
  leistung text not null,
  ars text not null,
  lane text not null,
  traceparent text not null,
  state text not null check (state in ('queued', 'running', 'waiting', 'done', 'dead', 'discarded')),
  next text not null check (next in ('deliver', 'lookup', 'find', 'status')),
  due_at timestamptz not null,
  attempts int not null default 0,           -- claims so far; the fence of everything an attempt writes
  unrecorded int not null default 0,         -- claims in a row that recorded nothing; five are poison
  retries int not null default 0,            -- failures in a row, index into the pauses
  generation int not null default 1,         -- a replay with other parameters renders anew, with checkpoints of its own
  lease_until timestamptz,
  doubt_attempt int,                         -- the attempt that may have sent something
  parameters_as_ran jsonb,                   -- version ids to use instead of the current ones (replay "as-ran")
  window_from timestamptz,                   -- first failure; the retry window runs from here while its lane is open
  window_closed_ms bigint not null default 0,
  outcome text,
  reason text,
  external_reference text,
  created_at timestamptz not null,
  finished_at timestamptz
) with (fillfactor = 70);
create index task_submission on task (submission_id, step);
create index task_due on task (lane, due_at) where state in ('queued', 'waiting');
create index task_running on task (lane) where state = 'running';
create index task_lease on task (lease_until) where state = 'running';
create index task_dead on task (finished_at desc, task_id) where state = 'dead';

create table attempt (
  task_id uuid not null references task,
  attempt int not null,
  generation int not null,
  call text not null,
  worker text not null,
  adapter_version text,
  parameters jsonb,                          -- [{name, versionId, region, level}], never values of secrets
  started_at timestamptz not null,
  finished_at timestamptz,
  outcome text,
  reason text,
  primary key (task_id, attempt)
);

create table event (
  event_id bigint generated always as identity primary key,
  submission_id uuid not null references submission,
  task_id uuid,
  at timestamptz not null,
  type text not null,
  actor text not null,
  data jsonb not null default '{}'           -- no personal data
);
create index event_submission on event (submission_id, event_id);

-- Personal data: the validated instance (data), hand-over metadata, register answers, and bytes that were sent
-- (sent).
create table payload (
  submission_id uuid not null references submission,
  kind text not null check (kind in ('data', 'metadata', 'register', 'sent')),
  name text not null default '',             -- register: step name; sent: task:generation:step
  content jsonb not null,
  at timestamptz not null,
  primary key (submission_id, kind, name)
);

create table attachment (
  attachment_id uuid primary key,
  submission_id uuid not null references submission,
  field text,
  filename text not null,
  mimetype text not null,
  size bigint not null,
  sha256 text not null
);
create index attachment_submission on attachment (submission_id);
create table attachment_chunk (
  attachment_id uuid not null references attachment on delete cascade,
  n int not null,
  bytes bytea not null,
  primary key (attachment_id, n)
);
alter table attachment_chunk alter column bytes set storage external;

create table idempotency (
  client text not null,
  key text not null,
  content_hash text not null,
  submission_id uuid not null,
  at timestamptz not null,
  primary key (client, key)
);
create index idempotency_at on idempotency (at);

-- One adapter for one municipality: what opens and closes together.
create table lane (
  lane text primary key,                     -- <adapter>:<ars>
  adapter text not null,
  ars text not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  why text check (why in ('down', 'busy', 'misconfigured', 'operator')),
  reason text,
  parameter text,
  parameter_set text,                        -- the effective set that failed, as its version ids
  failures int not null default 0,
  slots int,
  closed_at timestamptz,
  closed_ms bigint not null default 0,
  probe_at timestamptz,
  probes int not null default 0
) with (fillfactor = 70);

-- The operator's bulk replay: a job over a frozen set.
create table replay (
  replay_id uuid primary key,
  author text not null,
  reason text,
  filter jsonb not null,
  parameters text not null check (parameters in ('as-ran', 'current')),
  state text not null check (state in ('running', 'paused', 'cancelled', 'done')),
  created_at timestamptz not null,
  finished_at timestamptz
);
create table replay_item (
  replay_id uuid not null references replay,
  task_id uuid not null references task,
  state text not null default 'pending' check (state in ('pending', 'replayed', 'skipped')),
  note text,
  primary key (replay_id, task_id)
);

-- Messages nobody could read, from the broker's dead-letter exchange.
create table stray (
  stray_id uuid primary key,
  at timestamptz not null,
  queue text,
  reason text not null,
  body bytea not null,
  dismissed_by text,
  dismissed_at timestamptz
);

-- Bumped by every parameter write; read with every claim, so that caches know when to look again.
create table parameter_revision (
  singleton boolean primary key default true check (singleton),
  revision bigint not null
);
insert into parameter_revision (revision) values (1);
