import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { egressOf } from '#adapter-host/egress.js';
import { Refused, send } from '#adapter-host/http.js';
import type { Keys } from '#parameters/keyring.js';
import { SecretUnreadable, unseal } from '#parameters/secrets.js';
import type { Settings } from '#settings/settings.js';
import type { Database } from '#store/database.js';
import {
  endCallback,
  forgetNotices,
  type OldestNoticesRow,
  oldestNotices,
  postponeNotices,
  type ReadCallbackRow,
  readCallback,
  takeCallbacks,
} from '#store/sql/inform.js';
import { newTrace } from '#telemetry/trace.js';
import { pause } from './judge.js';
import { texts } from './texts.js';
import { WakeLoop } from './wake-loop.js';

/** How long a portal may take to answer, and how much longer nobody else calls it, in milliseconds. */
const answerTimeout = 5_000;
const grace = 5_000;
/** Portals that one gateway calls at once; each of them by one call. */
const callsAtOnce = 4;
/** Notices that one call tells at most. */
const noticesPerCall = 100;

/** How a call ended: 2xx, 410, or anything else. */
export type CallResult = { result: 'informed' } | { result: 'ended' | 'failed'; reason: string };

export interface Informer {
  /** There may be news: look now. */
  wake(): void;
  /** Calls a portal without news. Undefined: it has registered no address. */
  test(client: string): Promise<CallResult | undefined>;
  close(): Promise<void>;
}

interface Needs {
  db: Database;
  key: Keys;
  settings: Pick<
    Settings,
    'stage' | 'ALLOWED_NETWORKS' | 'DEVELOPMENT_HOSTS' | 'RETRY_PAUSES' | 'RETRY_WINDOW_HOURS' | 'RETRY_JITTER'
  >;
  /** Milliseconds between two looks for news. */
  every?: number;
  observe(result: CallResult['result'], client: string, reason?: string): void;
  onError(error: unknown): void;
}

/** What a call tells. `test` has no submissions. */
interface News {
  type: OldestNoticesRow['type'] | 'test';
  submissions: { submissionId: string; caseId: string }[];
}

/** Under which key a callback's secret is sealed; see {@link unseal}. */
export const sealedFor = (client: string) => ({ region: 'callback', leistung: client, name: 'secret' });

/**
 * Tells portals that there is something new, at least once, until they answer 2xx: at growing pauses, for as long as a
 * delivery is retried. Runs in every gateway; several do not get in each other's way. A call that fails changes nothing
 * about the submission it concerns.
 */
export function startInformer({ every = 500, ...needs }: Needs): Informer {
  const { db, onError } = needs;
  const stop = new AbortController();
  const calls = new Set<Promise<void>>();

  async function look(): Promise<number> {
    const free = callsAtOnce - calls.size;
    if (free <= 0) return every;
    const now = db.now();
    const until = new Date(now.getTime() + answerTimeout + grace);
    for (const callback of await takeCallbacks(db, { now, until, most: free })) {
      const informing = inform(needs, callback, stop.signal)
        .catch(onError)
        .finally(() => {
          calls.delete(informing);
          loop.wake();
        });
      calls.add(informing);
    }
    return every;
  }

  const loop = new WakeLoop(look, (error) => {
    onError(error);
    return every;
  });
  return {
    wake: () => loop.wake(),
    async test(client) {
      const callback = await readCallback(db, { client });
      return callback && test(needs, callback, stop.signal);
    },
    async close() {
      stop.abort();
      await loop.close();
      await Promise.all(calls);
    },
  };
}

/** Where nobody answers it lasts as long as an answer may take: a host that refuses looks like one that is silent. */
async function test(needs: Needs, callback: ReadCallbackRow, signal: AbortSignal): Promise<CallResult> {
  const begun = performance.now();
  const called = await call(needs, callback, { type: 'test', submissions: [] }, signal);
  if ('reason' in called && called.reason === texts.portal.noConnection)
    await wait(begun + answerTimeout - performance.now(), undefined, { signal }).catch(() => {});
  return called;
}

/** Tells one portal its oldest news, and records how that went. */
async function inform(needs: Needs, callback: ReadCallbackRow, signal: AbortSignal): Promise<void> {
  const { db, settings, observe } = needs;
  const { client, url, failures } = callback;
  const notices = await oldestNotices(db, { client, most: noticesPerCall });
  if (notices.length === 0) return;
  const called = await call(needs, callback, newsOf(notices), signal);
  const now = db.now();
  if (called.result === 'informed') {
    await forgetNotices(db, { client, notices: notices.map(({ noticeId }) => noticeId), now });
  } else if (called.result === 'ended') {
    await endCallback(db, { client, url, reason: called.reason, now });
  } else {
    const policy = { pauses: settings.RETRY_PAUSES, jitter: settings.RETRY_JITTER, random: Math.random };
    await postponeNotices(db, {
      client,
      reason: called.reason,
      againAt: new Date(now.getTime() + pause(policy, failures)),
      before: new Date(now.getTime() - settings.RETRY_WINDOW_HOURS * 3_600_000),
      now,
    });
  }
  observe(called.result, client, 'reason' in called ? called.reason : undefined);
}

/** Each submission once. */
function newsOf(notices: OldestNoticesRow[]): News {
  const cases = new Map(notices.map(({ submissionId, caseId }) => [submissionId, caseId]));
  return {
    type: notices[0]!.type,
    submissions: [...cases].map(([submissionId, caseId]) => ({ submissionId, caseId })),
  };
}

async function call(
  { db, key, settings }: Needs,
  { client, url, secret }: ReadCallbackRow,
  { type, submissions }: News,
  signal: AbortSignal,
): Promise<CallResult> {
  const body = JSON.stringify({ type: `urn:stellwerk:callback:${type}`, submissions });
  try {
    const shared = String(unseal(key, sealedFor(client), secret));
    const headers = { 'content-type': 'application/json', ...signatureOf(body, shared, db.now()) };
    const answer = await send(
      url,
      { method: 'POST', headers, body },
      {
        hosts: new Map([[new URL(url).host, 'url']]),
        developmentHosts: settings.DEVELOPMENT_HOSTS,
        egress: egressOf(settings),
        remaining: () => answerTimeout,
        signal,
        traceparent: newTrace(),
        onSent() {},
        onUnanswered() {},
      },
    );
    if (answer.status >= 200 && answer.status < 300) return { result: 'informed' };
    if (answer.status === 410) return { result: 'ended', reason: texts.portal.ended };
    return { result: 'failed', reason: texts.portal.answered(answer.status) };
  } catch (error) {
    if (error instanceof SecretUnreadable) return { result: 'failed', reason: texts.portal.secretUnreadable };
    if (error instanceof Refused && error.why === 'network') return { result: 'failed', reason: texts.portal.network };
    return { result: 'failed', reason: texts.portal.noConnection };
  }
}

/**
 * As FIT-Connect signs its callbacks: HMAC-SHA512 over the seconds since 1970, a dot and the body, in hex. The receiver
 * takes what is at most five minutes old.
 */
export function signatureOf(body: string, secret: string, at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  return {
    'callback-timestamp': timestamp,
    'callback-authentication': createHmac('sha512', secret).update(`${timestamp}.${body}`).digest('hex'),
  };
}
