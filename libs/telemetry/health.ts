import { texts } from './texts.js';

/** A check that throws or rejects counts as not ok. */
export type Check = () => Finding | Promise<Finding>;
export interface Finding {
  ok: boolean;
  /** A German sentence. */
  detail: string;
  /** False if the application works without it (the gateway accepts while the broker is down). Default true. */
  needed?: boolean;
}

export interface Readiness {
  /** `degraded`: ready, but a check that is not needed failed. */
  status: 'ready' | 'degraded' | 'unready';
  checks: { name: string; ok: boolean; detail: string }[];
}

const checkTimeout = 2_000;

/** Runs all checks at the same time, each for at most 2 s. */
export async function readiness(checks: Record<string, Check>): Promise<Readiness> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ({ name, ...(await run(check)) })),
  );
  const failed = found.filter(({ ok }) => !ok);
  const status = failed.length === 0 ? 'ready' : failed.some(({ needed }) => needed !== false) ? 'unready' : 'degraded';
  return { status, checks: found.map(({ name, ok, detail }) => ({ name, ok, detail })) };
}

async function run(check: Check): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Finding>((resolve) => {
    timer = setTimeout(resolve, checkTimeout, { ok: false, detail: texts.noAnswer(checkTimeout / 1000) });
  });
  try {
    return await Promise.race([check(), timeout]);
  } catch (error) {
    const code = codeOf(error);
    return { ok: false, detail: code === undefined ? texts.unreachableWithoutCode : texts.unreachable(code) };
  } finally {
    clearTimeout(timer);
  }
}

/** Node's error code (`ECONNREFUSED`) or PostgreSQL's SQLSTATE: the message may quote values. */
function codeOf(error: unknown): string | undefined {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode && typeof error.code === 'string' ? error.code : undefined;
}
