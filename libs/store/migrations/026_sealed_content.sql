-- Up Migration

-- The key of a submission, wrapped by one of the operator's: without it nobody reads what stands in payload and
-- attachment_chunk. Bound to nothing here: it may be written first, and kept elsewhere.
create table submission_key (
  submission_id uuid primary key,
  wrapped bytea not null
);

-- What is there already is plain, format 0, until `migrate` has sealed it (libs/store/seal-stored.ts).
alter table payload alter column content type bytea using '\x00'::bytea || convert_to(content::text, 'UTF8');
alter table payload alter column content set storage external;
alter table attachment_chunk alter column bytes type bytea using '\x00'::bytea || bytes;
alter table attachment_chunk alter column bytes set storage external;
