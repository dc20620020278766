-- Up Migration

-- How much of a limited thing somebody may still do: a token bucket that all processes share. Not logged: after a crash
-- all buckets are full.
create unlogged table rate (
  key text primary key,
  available double precision not null,
  granted int not null,                      -- by the statement that wrote the row last
  at timestamptz not null
) with (fillfactor = 50);

-- What is in the bucket at a moment: it fills at per_second, up to burst.
create function rate_available(rate rate, burst int, per_second double precision, at timestamptz)
returns double precision language sql immutable as $$
  select least(burst, rate.available + greatest(0, extract(epoch from $4 - rate.at)) * per_second)
$$;
