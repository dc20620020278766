import type { Settings } from '#settings/settings.js';
import { addressOf, portSettings } from '../app.js';
import { cause } from '../obstacle.js';
import { texts } from '../texts.js';
import { type Finding, fault, hint, ok } from './finding.js';

interface AppToExamine {
  about: string;
  url: string;
  /** The setting that names its port. */
  setting: string;
}

/** One finding per application. */
export function examineApps(settings: Settings): Promise<Finding[]> {
  const { about } = texts.doctor;
  const apps: AppToExamine[] = [
    { about: about.gateway, url: settings.gatewayUrl, setting: portSettings.gateway },
    { about: about.worker, url: addressOf('worker', settings), setting: portSettings.worker },
    { about: about.console, url: settings.consoleUrl, setting: portSettings.console },
    ...(settings.stage === 'production'
      ? []
      : [{ about: about.simulator, url: settings.simulatorUrl, setting: portSettings.simulator }]),
  ];
  return Promise.all(apps.map(examineApp));
}

async function examineApp({ about, url, setting }: AppToExamine): Promise<Finding> {
  const said = texts.doctor.app;
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    const missing = await missingOf(answer);
    if (!answer.ok) return fault(about, said.notReady(url, missing || said.status(answer.status)));
    return missing ? hint(about, said.degraded(url, missing)) : ok(about, said.ready(url));
  } catch (error) {
    return fault(about, said.unreachable(url, setting, reasonOf(error)));
  }
}

/** What the application itself says it lacks (see libs/telemetry/health.ts); empty when all is well. */
async function missingOf(answer: Response): Promise<string> {
  const { checks = [] } = (await answer.json().catch(() => ({}))) as {
    checks?: Array<{ name: string; ok: boolean; detail: string }>;
  };
  return checks
    .filter((check) => !check.ok)
    .map(({ name, detail }) => `${name}: ${detail}`)
    .join('; ');
}

/** `fetch` hides the system's error in the cause of a TypeError; a timeout is a DOMException of that name. */
function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.code === DOMException.TIMEOUT_ERR) return texts.doctor.app.timeout;
  return cause(error instanceof TypeError ? (error.cause ?? error) : error);
}
