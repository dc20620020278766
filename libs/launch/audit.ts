import { npm } from './npm.js';
import { say } from './say.js';
import { texts } from './texts.js';

/** What is used of `npm audit --json`. */
interface Report {
  auditReportVersion?: number;
  vulnerabilities?: Record<string, { severity: string; via: (string | { title: string; url: string })[] }>;
  metadata?: { dependencies: { total: number } };
  message?: string;
}

/**
 * `npm run audit`: asks the registry about known weaknesses of what the lock names. Exit code 0: none. 1: some. 2: the
 * registry did not answer the question, so nothing is known.
 */
export async function audit(): Promise<number> {
  const { out } = await npm(['audit', '--json', '--package-lock-only', '--fetch-retries=1']);
  const { auditReportVersion, vulnerabilities, metadata, message } = read(out);
  if (!auditReportVersion || !vulnerabilities) {
    say(texts.audit.unanswered(message));
    return 2;
  }
  const found = Object.entries(vulnerabilities);
  for (const [name, { severity, via }] of found) say(texts.audit.weakness(name, severity, via.map(reason).join('; ')));
  say(found.length ? texts.audit.some(found.length) : texts.audit.none(metadata?.dependencies.total ?? 0));
  return found.length ? 1 : 0;
}

/** A weakness, or the dependency that brings it. */
function reason(via: string | { title: string; url: string }): string {
  return typeof via === 'string' ? via : `${via.title} ${via.url}`;
}

function read(out: string): Report {
  try {
    return JSON.parse(out) as Report;
  } catch {
    return {};
  }
}
