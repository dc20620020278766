-- Up Migration

-- A submission's place in the sequence of all: people get it as a number (libs/submission/number.ts), which ends at
-- 31 to the power of 7.
create table submission_number (
  number bigint generated always as identity (maxvalue 27512614110) primary key,
  submission_id uuid not null unique
);

insert into submission_number (submission_id)
select submission_id
from submission
order by accepted_at, submission_id;

-- Keys from which pseudonyms and numbers are made, in the order in which they came; numbers stay with the first.
create table pseudonym_key (
  version smallint primary key,
  key_id bytea not null unique,
  since timestamptz not null
);
