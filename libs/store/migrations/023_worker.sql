-- Up Migration

-- Each running worker's last sign of life. One that has given none for a while holds no task any more, whatever its
-- leases say: it has fenced itself.
create table worker (
  worker text primary key,                   -- as in attempt.worker
  beat_at timestamptz not null
) with (fillfactor = 50);
