-- Up Migration

-- Who a submission is about: pseudonyms of its persons (name and date of birth) and of its mailbox, cut to 16 bytes.
-- What is erased is found by submission, who asks finds by pseudonym.
create table person_index (
  submission_id uuid not null,
  pseudonym bytea not null,
  key_version smallint not null,             -- pseudonym_key.version
  primary key (submission_id, pseudonym)
);
create index person_index_pseudonym on person_index (pseudonym);

-- The last submission that was put into the index afterwards. No row: none is left from before there was one.
create table person_backlog (
  after uuid not null
);
insert into person_backlog (after)
select '00000000-0000-0000-0000-000000000000'
where exists (select from submission);
