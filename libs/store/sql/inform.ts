// Generated from inform.sql and the migrated schema: change the statements, then npm run sql
import { exec, many, one } from '../statement.js';

export interface SaveCallbackParameters {
  client: string;
  url: string;
  secret: Uint8Array;
  at: Date;
}

/** Where a portal wants to be told news. Another address or secret counts from now on, and is tried at once. */
export const saveCallback = exec<SaveCallbackParameters>('inform.sql', 'save_callback', (p) => [
  p.client,
  p.url,
  p.secret,
  p.at,
]);

export interface ReadCallbackParameters {
  client: string;
}

export interface ReadCallbackRow {
  client: string;
  url: string;
  secret: Buffer;
  since: Date;
  failures: number;
  reason: string | null;
}

/** `failures`: calls in a row that failed. `secret` is sealed. */
export const readCallback = one<ReadCallbackParameters, ReadCallbackRow>(
  'inform.sql',
  'read_callback',
  (p) => [p.client],
  ['client', 'url', 'secret', 'since', 'failures', 'reason'],
);

export interface DropCallbackParameters {
  client: string;
}

export interface DropCallbackRow {
  client: string;
}

/** The portal ended it; what was still to be told goes with it, without a trace. */
export const dropCallback = one<DropCallbackParameters, DropCallbackRow>(
  'inform.sql',
  'drop_callback',
  (p) => [p.client],
  ['client'],
);

export interface TakeCallbacksParameters {
  now: Date;
  most: number;
  until: Date;
}

export interface TakeCallbacksRow {
  client: string;
  url: string;
  secret: Buffer;
  since: Date;
  failures: number;
  reason: string | null;
}

/** Takes callbacks that have news. Until `until` nobody else takes them. */
export const takeCallbacks = many<TakeCallbacksParameters, TakeCallbacksRow>(
  'inform.sql',
  'take_callbacks',
  (p) => [p.now, p.most, p.until],
  ['client', 'url', 'secret', 'since', 'failures', 'reason'],
);

export interface OldestNoticesParameters {
  client: string;
  most: number;
}

export interface OldestNoticesRow {
  noticeId: number;
  type: 'new-replies' | 'new-state';
  submissionId: string;
  caseId: string;
}

/** The oldest notices of a portal, all of one type. */
export const oldestNotices = many<OldestNoticesParameters, OldestNoticesRow>(
  'inform.sql',
  'oldest_notices',
  (p) => [p.client, p.most],
  ['noticeId', 'type', 'submissionId', 'caseId'],
);

export interface ForgetNoticesParameters {
  notices: readonly number[];
  now: Date;
  client: string;
}

/** The portal took these notices: they are no longer to be told, and stand among the events of their submissions. */
export const forgetNotices = exec<ForgetNoticesParameters>('inform.sql', 'forget_notices', (p) => [
  p.notices,
  p.now,
  p.client,
]);

export interface PostponeNoticesParameters {
  client: string;
  before: Date;
  now: Date;
  reason: string;
  againAt: Date;
}

/** The portal did not take its notices: they are told again at `again_at`. What is older than `before` is given up. */
export const postponeNotices = exec<PostponeNoticesParameters>('inform.sql', 'postpone_notices', (p) => [
  p.client,
  p.before,
  p.now,
  p.reason,
  p.againAt,
]);

export interface EndCallbackParameters {
  client: string;
  url: string;
  now: Date;
  reason: string;
}

/** The portal answered that it wants no more calls (410); unless it has registered another address since. */
export const endCallback = exec<EndCallbackParameters>('inform.sql', 'end_callback', (p) => [
  p.client,
  p.url,
  p.now,
  p.reason,
]);

export interface FailingCallbacksParameters {
  most: number;
}

export interface FailingCallbacksRow {
  client: string;
  failures: number;
  reason: string | null;
  notices: number;
  oldest: Date | null;
}

/**
 * Portals that cannot be told their news, for operators. `notices` counts up to `most`. `oldest`: since when the oldest
 * waits.
 */
export const failingCallbacks = many<FailingCallbacksParameters, FailingCallbacksRow>(
  'inform.sql',
  'failing_callbacks',
  (p) => [p.most],
  ['client', 'failures', 'reason', 'notices', 'oldest'],
);
