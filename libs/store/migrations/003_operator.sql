-- Up Migration

-- A bulk replay keeps its own pace, also over a restart: the next batch is due at next_at.
alter table replay
  add column rate int check (rate > 0),      -- tasks per second; null: as fast as it goes
  add column next_at timestamptz not null;
create index replay_due on replay (next_at) where state = 'running';

-- attempts freezes which death is meant: a task that was replayed and died again in the meantime is left alone.
alter table replay_item
  add column n int not null,
  add column attempts int not null,
  add column at timestamptz;
create index replay_item_pending on replay_item (replay_id, n) where state = 'pending';
create index replay_item_task on replay_item (task_id) where state = 'pending';

create index task_dead_lane on task (lane) where state = 'dead';
create index stray_open on stray (at desc, stray_id) where dismissed_at is null;

-- What operators did that belongs to no single submission: jobs, probes, strays. The rest is in event.
create table action (
  action_id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  type text not null,
  subject text not null,                     -- replay id, lane or stray id
  reason text
);
create index action_subject on action (subject, action_id);
