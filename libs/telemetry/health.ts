/** Answers with a sentence for people, German. May reject: that counts as not ok. */
export type Check = () => Finding | Promise<Finding>;
export interface Finding {
  ok: boolean;
  detail: string;
  /** False where the app does its duty without it (the gateway accepts while the broker is down). Default true. */
  needed?: boolean;
}

export interface Readiness {
  /** `degraded`: ready, but something that is not needed at once is missing. */
  status: 'ready' | 'degraded' | 'unready';
  checks: { name: string; ok: boolean; detail: string }[];
}

const patience = 2_000;

/** Runs all checks at once, each for at most 2 s. */
export async function readiness(checks: Record<string, Check>): Promise<Readiness> {
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ({ name, ...(await find(check)) })),
  );
  const missing = found.filter(({ ok }) => !ok);
  const status =
    missing.length === 0 ? 'ready' : missing.some(({ needed }) => needed !== false) ? 'unready' : 'degraded';
  return { status, checks: found.map(({ name, ok, detail }) => ({ name, ok, detail })) };
}

async function find(check: Check): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(resolve, patience, { ok: false, detail: `keine Antwort in ${patience / 1000} s` });
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    const code = (error as { code?: unknown } | undefined)?.code;
    return { ok: false, detail: typeof code === 'string' ? `nicht erreichbar (${code})` : 'nicht erreichbar' };
  } finally {
    clearTimeout(timer);
  }
}
