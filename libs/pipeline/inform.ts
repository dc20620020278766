import { createHmac } from 'node:crypto';
import { NotSent, send } from '#adapter-host/http.js';
import { unseal } from '#parameters/secrets.js';
import type { Settings } from '#settings/settings.js';
import {
  type Callback,
  callbackEnded,
  callFailed,
  type News,
  newsFor,
  noticesTold,
  readCallback,
  takeCallbacks,
} from '#store/callbacks.js';
import type { Database } from '#store/database.js';
import { newTrace } from '#telemetry/trace.js';
import { pause } from './judge.js';

/** How long a portal may take to answer, and how much longer nobody else calls it, in milliseconds. */
const patience = 5_000;
const grace = 5_000;
/** Portals that one gateway calls at once; each of them by one call. */
const atOnce = 4;

/** What a call ended with: 2xx, 410, or anything else. */
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
  key: Uint8Array;
  settings: Pick<Settings, 'DEVELOPMENT_HOSTS' | 'RETRY_PAUSES' | 'RETRY_WINDOW_HOURS' | 'RETRY_JITTER'>;
  /** Milliseconds between two looks for news. */
  every?: number;
  observe(result: CallResult['result'], client: string, reason?: string): void;
  onError(error: unknown): void;
}

/** Where a sealed secret belongs, as {@link unseal} wants to know it. */
export const sealedFor = (client: string) => ({ region: 'callback', leistung: client, name: 'secret' });

/**
 * Tells portals that there is something new, at least once, until they answer 2xx: at growing pauses, for as long as a delivery is retried.
 * Runs in every gateway; several do not get in each other's way. No news fails what it is about.
 */
export function startInformer({ db, key, settings, every = 500, observe, onError }: Needs): Informer {
  const policy = { pauses: settings.RETRY_PAUSES, jitter: settings.RETRY_JITTER, random: Math.random };
  const stop = new AbortController();
  const calls = new Set<Promise<void>>();
  let stir = () => {};

  async function call(
    { client, url, secret }: Callback,
    about: Pick<News, 'submissions'> & { type: string },
  ): Promise<CallResult> {
    const { type, submissions } = about;
    const body = JSON.stringify({ type: `urn:stellwerk:callback:${type}`, submissions });
    try {
      const shared = String(unseal(key, sealedFor(client), secret));
      const answer = await send(
        url,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...signatureOf(body, shared, db.now()) },
          body,
        },
        {
          hosts: new Map([[new URL(url).host, 'url']]),
          developmentHosts: settings.DEVELOPMENT_HOSTS,
          remaining: () => patience,
          signal: stop.signal,
          traceparent: newTrace(),
          onSent() {},
        },
      );
      if (answer.status >= 200 && answer.status < 300) return { result: 'informed' };
      if (answer.status === 410)
        return { result: 'ended', reason: 'Das Portal hat die Benachrichtigung beendet (410).' };
      return { result: 'failed', reason: `Das Portal antwortet mit ${answer.status}.` };
    } catch (error) {
      const silent = error instanceof NotSent ? 'Das Portal ist nicht erreichbar.' : 'Das Portal antwortet nicht.';
      return {
        result: 'failed',
        reason: (error as Error).name === 'SecretUnreadable' ? 'Das Geheimnis ist nicht lesbar.' : silent,
      };
    }
  }

  async function inform(callback: Callback): Promise<void> {
    const { client, failures } = callback;
    const news = await newsFor(db, client);
    if (!news) return;
    const called = await call(callback, news);
    const now = db.now();
    if (called.result === 'informed') await noticesTold(db, client, news, now);
    else if (called.result === 'ended') await callbackEnded(db, callback, called.reason, now);
    else
      await callFailed(db, client, {
        reason: called.reason,
        again: new Date(now.getTime() + pause(policy, failures)),
        before: new Date(now.getTime() - settings.RETRY_WINDOW_HOURS * 3_600_000),
        now,
      });
    observe(called.result, client, 'reason' in called ? called.reason : undefined);
  }

  async function look(): Promise<void> {
    const free = atOnce - calls.size;
    if (free <= 0) return;
    const now = db.now();
    for (const callback of await takeCallbacks(db, now, new Date(now.getTime() + patience + grace), free)) {
      const informing = inform(callback)
        .catch(onError)
        .finally(() => {
          calls.delete(informing);
          stir();
        });
      calls.add(informing);
    }
  }

  const running = (async () => {
    while (!stop.signal.aborted) {
      await look().catch(onError);
      if (!stop.signal.aborted)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, every);
          stir = () => {
            clearTimeout(timer);
            resolve();
          };
        });
    }
  })();

  return {
    wake: () => stir(),
    async test(client) {
      const callback = await readCallback(db, client);
      return callback && call(callback, { type: 'test', submissions: [] });
    },
    async close() {
      stop.abort();
      stir();
      await running;
      await Promise.all(calls);
    },
  };
}

/** As FIT-Connect signs its callbacks: HMAC-SHA512 over the seconds since 1970, a dot and the body, in hex. The receiver takes what is at most five minutes old. */
export function signatureOf(body: string, secret: string, at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  return {
    'callback-timestamp': timestamp,
    'callback-authentication': createHmac('sha512', secret).update(`${timestamp}.${body}`).digest('hex'),
  };
}
