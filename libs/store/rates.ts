import type { Database } from './database.js';
import { forgetRates, takeRate } from './sql/rate.js';

export interface Rate {
  /** How many in one go. */
  burst: number;
  /** How many more each second. */
  perSecond: number;
}

/** Counts one more; resolves to the milliseconds until it is allowed, 0 if it is allowed now. */
export type Take = (key: string) => Promise<number>;

/** A part of a bucket that this process has taken. */
interface Lease {
  left: number;
  /** There was nothing to take, and will not be before `until`. */
  empty: boolean;
  /** On this process's monotonic clock. */
  until: number;
}

/** Buckets of which a process keeps a lease. */
const mostLeases = 10_000;
const forgetAfter = 3_600_000;

/** `LIMIT_FAILED_LOGINS`: so many a minute and address; 0: no limit. */
export function openFailedLogins(db: Database, perMinute: number): Take | undefined {
  return perMinute > 0 ? openRate(db, 'login', { burst: perMinute, perSecond: perMinute / 60 }) : undefined;
}

/**
 * A limit that all processes on one database share. A process takes a tenth of a bucket at a time, so that most
 * requests ask nobody; what it does not use within the bucket's time is lost. `name`: what is limited.
 */
export function openRate(
  db: Database,
  name: string,
  { burst, perSecond }: Rate,
  clock: () => number = () => performance.now(),
): Take {
  const batch = Math.max(1, Math.floor(burst / 10));
  const lease = (burst / perSecond) * 1000;
  const leases = new Map<string, Lease>();
  const asked = new Map<string, Promise<void>>();
  let forgotten = clock();

  async function renew(key: string): Promise<void> {
    const question = { key: `${name} ${key}`, burst, perSecond, batch, at: db.now() };
    const { granted, available } = (await takeRate(db, question))!;
    const time = granted > 0 ? lease : ((1 - available) / perSecond) * 1000;
    if (leases.size >= mostLeases) leases.clear();
    leases.set(key, { left: granted, empty: granted === 0, until: clock() + time });
    forget();
  }

  function forget(): void {
    if (clock() - forgotten < forgetAfter) return;
    forgotten = clock();
    forgetRates(db, { before: new Date(db.now().getTime() - forgetAfter) }).catch(() => {}); // the next one does
  }

  /** Requests that come together ask once. */
  function ask(key: string): Promise<void> {
    const asking = asked.get(key) ?? renew(key).finally(() => asked.delete(key));
    asked.set(key, asking);
    return asking;
  }

  return async (key) => {
    for (;;) {
      const known = leases.get(key);
      const left = known ? known.until - clock() : 0;
      if (known && left > 0) {
        if (known.empty) return left;
        if (known.left-- > 0) return 0;
      }
      await ask(key);
    }
  };
}
