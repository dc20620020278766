/** Resolves when the signal is aborted. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true }),
  );

/** Resolves after `ms`, or at once when aborted. */
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

/** What `work` comes to, if it does within `ms` and before the signal; else it rejects. */
export async function within<T>(ms: number, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  const over = new AbortController();
  const given = signal ? aborted(signal).then(() => Promise.reject(new Error(String(signal.reason)))) : undefined;
  const late = pause(ms, over.signal).then(() => Promise.reject(new Error(`no answer within ${ms} ms`)));
  try {
    return await Promise.race(given ? [work, late, given] : [work, late]);
  } finally {
    over.abort();
  }
}
