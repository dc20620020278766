import type { Settings } from './settings.js';
import { texts } from './texts.js';

/** Passwords that everybody knows: those of docker-compose.yml, and those that the servers come with. */
const presetPasswords = new Set(['stellwerk', 'guest', 'postgres']);

/** Settings that may carry a password. */
const addresses = ['DATABASE_URL', 'DATABASE_OWNER_URL', 'DATABASE_ERASER_URL', 'ACCESS_LOG_URL', 'AMQP_URL'] as const;

/** The secret of the development client of this name, which everybody knows. */
export const developmentSecret = (client: string) => `${client}-dev-secret`;

/**
 * Whether an application may run with these settings at its stage, which `STAGE` alone decides.
 * @param warn writes to the log where the stage was chosen and is none for real cases
 * @throws Error that names everything that is in the way, in German
 */
export function enterStage(settings: Settings, warn: (sentence: string, fields: { stage: string }) => void): void {
  const { STAGE, HOST } = settings;
  if (!STAGE && !isLoopback(HOST)) throw new Error(texts.stage.missing(HOST));
  const faults = STAGE === 'production' ? productionFaults(settings) : [];
  if (faults.length > 0) throw new Error(texts.stage.refused(faults));
  if (STAGE && STAGE !== 'production') warn('not for real cases: simulated counterparts are trusted', { stage: STAGE });
}

/** The simulator is for every stage but one. @throws Error as {@link enterStage} */
export function enterSimulation(settings: Settings, warn: Parameters<typeof enterStage>[1]): void {
  if (settings.stage === 'production') throw new Error(texts.stage.simulator);
  enterStage(settings, warn);
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

function productionFaults(settings: Settings): string[] {
  const { OIDC_ISSUER, STELLWERK_KEY, STELLWERK_CLIENT, STELLWERK_CLIENT_SECRET, DEVELOPMENT_HOSTS } = settings;
  const { stage } = texts;
  return [
    ...(OIDC_ISSUER ? issuerFaults(OIDC_ISSUER, settings.simulatorUrl) : [stage.noIssuer]),
    ...(STELLWERK_KEY ? [] : [stage.noKey]),
    ...addresses.flatMap((setting) =>
      presetPasswords.has(passwordIn(settings[setting])) ? [stage.presetPassword(setting)] : [],
    ),
    ...(STELLWERK_CLIENT_SECRET === developmentSecret(STELLWERK_CLIENT) ? [stage.developmentClient] : []),
    ...(DEVELOPMENT_HOSTS.length > 0 ? [stage.plainHosts] : []),
  ];
}

/** A simulator that hides behind another address is known by its tokens: see `libs/access/authenticate.ts`. */
function issuerFaults(issuer: string, simulator: string): string[] {
  const url = URL.parse(issuer);
  return [
    ...(url?.protocol === 'https:' ? [] : [texts.stage.plainIssuer]),
    ...(url?.host === URL.parse(simulator)?.host ? [texts.stage.simulatedIssuer] : []),
  ];
}

/** Empty where there is none. */
function passwordIn(address: string | undefined): string {
  const url = URL.parse(address ?? '');
  return url?.searchParams.get('password') ?? decodeURIComponent(url?.password ?? '');
}
