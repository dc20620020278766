-- Up Migration

-- How surely the portal says that it identified the applicant (eIDAS Art. 8 (2)); null: not at all.
alter table submission add column trust_level text check (trust_level in ('niedrig', 'substantiell', 'hoch'));
