-- name: take_rate :one :prepared
-- Takes up to `batch` from a bucket. `granted`: how many it got; `available`: what is left.
insert into rate as r (key, available, granted, at)
values (@key, @burst - @batch::int, @batch, @at)
on conflict (key) do update
set granted = least(@batch, floor(rate_available(r, @burst, @per_second, excluded.at))),
  available = rate_available(r, @burst, @per_second, excluded.at)
    - least(@batch, floor(rate_available(r, @burst, @per_second, excluded.at))),
  at = greatest(r.at, excluded.at)
returning granted, available;

-- name: forget_rates :exec
-- Buckets that nobody has used since are full.
delete from rate
where at < @before;
