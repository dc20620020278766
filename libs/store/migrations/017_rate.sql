-- Up Migration

-- How many calls a minute a lane may have, written like its slots when the parameters of a call are bound; null: as
-- many as come. The next call may be at next_call_at.
alter table lane add column calls_per_minute int;
alter table lane add column next_call_at timestamptz;

-- From one call to the next. No minute ever has more, so it is made of two seconds more than that: one second that
-- nobody used may be made up for, and a call may be a second longer on its way than the one before.
create function call_pause(calls_per_minute int) returns interval language sql immutable as $$
  select interval '62 s' / calls_per_minute
$$;

-- How many calls may begin at a moment; null: as many as come.
create function calls_allowed(calls_per_minute int, next_call_at timestamptz, at timestamptz) returns int
language sql immutable as $$
  select case when $1 is not null then greatest(0, 1 + floor(
    extract(epoch from $3 - greatest($2, $3 - interval '1 s')) / extract(epoch from call_pause($1))
  ))::int end
$$;
