-- Up Migration

-- A Fachverfahren may say that it cannot work with what it got.
alter table reply drop constraint reply_status_check;
alter table reply add constraint reply_status_check
  check (status in ('inBearbeitung', 'rueckfrage', 'bescheid', 'zurueckgewiesen'));
