-- Up Migration

-- Each running worker's signs of life. Nobody compares its clock: another worker watches whether the number grows.
create table worker (
  worker text primary key,                   -- as in attempt.worker
  beats bigint not null,
  beat_at timestamptz not null               -- only for forgetting those that are long gone
) with (fillfactor = 50);
