/** Resolves when the signal is aborted. */
export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  );

/** Resolves after `ms`, or as soon as the signal is aborted. Never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, signal?.aborted ? 0 : ms);
    signal?.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}

/**
 * The result of `work`. Rejects when it takes longer than `ms`, or with the signal's reason when that is aborted first.
 */
export async function within<T>(ms: number, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  const over = new AbortController();
  const aborted = signal && untilAborted(signal).then(() => Promise.reject(new Error(String(signal.reason))));
  const late = pause(ms, over.signal).then(() => Promise.reject(new Error(`no answer within ${ms} ms`)));
  try {
    return await Promise.race(aborted ? [work, late, aborted] : [work, late]);
  } finally {
    over.abort();
  }
}

/** Waits at most `ms` for all of `works`, whether they succeed or fail. Never rejects. */
export async function allWithin(ms: number, works: Promise<unknown>[]): Promise<void> {
  await within(ms, Promise.allSettled(works)).catch(() => {});
}
