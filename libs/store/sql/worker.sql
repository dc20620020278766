-- name: beat :exec :prepared
-- The worker lives.
insert into worker (worker, beat_at)
values (@worker, @now)
on conflict (worker) do update
set beat_at = excluded.beat_at;

-- name: end_worker :exec
-- The worker has ended in order.
delete from worker
where worker = @worker;

-- name: forget_workers :exec
-- Those that have long been silent, and their leases long over.
delete from worker
where beat_at < @before;
