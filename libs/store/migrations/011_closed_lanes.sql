-- Up Migration

-- Closed lanes are few among many. Sweep, doctor and metrics look for them, again and again.
create index lane_closed on lane (lane) where state = 'closed';
