import { isIP } from 'node:net';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65535);
const milliseconds = z.coerce.number().int().min(0);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

/** Networks as `10.20.0.0/16`, or single addresses. */
const networks = list.refine(
  (all) => all.every((network) => /^[\da-f.:]+(\/\d{1,3})?$/i.test(network) && fits(network)),
  'networks like 10.20.0.0/16 or fd00:1::/32, separated by commas',
);

function fits(network: string): boolean {
  const [address = '', prefix = '0'] = network.split('/');
  const family = isIP(address);
  return family !== 0 && Number(prefix) <= (family === 6 ? 128 : 32);
}

/** Comma-separated seconds, read as milliseconds. */
const pauses = (preset: string, description: string) =>
  z
    .string()
    .default(preset)
    .describe(description)
    .transform((text) => text.split(',').map((item) => Number(item) * 1000));

/** Bytes of a request beside its largest file. */
const besideFile = 64 * 1024;

/** What an installation is for. */
const stages = ['production', 'test', 'training', 'demo'] as const;

/** Every environment variable that Stellwerk reads. `docs/settings.md` is generated from these descriptions. */
export const settingsSchema = z.object({
  DATABASE_URL: z.string().optional().describe('PostgreSQL; without it, `npm start` runs its own in the data folder'),
  DATABASE_OWNER_URL: z
    .string()
    .optional()
    .describe(
      'The same database as the owner of its tables, for migrations ([roles](database.md)); ' +
        'without it, `DATABASE_URL` must name that user',
    ),
  DATABASE_ERASER_URL: z
    .string()
    .optional()
    .describe('The same database as the user who deletes what is due; without it, the user of `DATABASE_URL`'),
  DATABASE_ADMIN_URL: z
    .string()
    .optional()
    .describe('Only for `stellwerk migrate`: the same database as an administrator, who makes the three users'),
  ACCESS_LOG_URL: z
    .string()
    .optional()
    .describe('PostgreSQL for the access log; without it, a schema of its own in the database of `DATABASE_URL`'),
  ACCESS_LOG_OWNER_URL: z.string().optional().describe('As `DATABASE_OWNER_URL`, where `ACCESS_LOG_URL` is set'),
  ACCESS_LOG_ERASER_URL: z.string().optional().describe('As `DATABASE_ERASER_URL`, where `ACCESS_LOG_URL` is set'),
  AMQP_URL: z.string().optional().describe('RabbitMQ; without it, `npm start` runs its own'),
  STAGE: z
    .enum(stages)
    .optional()
    .describe(
      'What this installation is for: `production`, `test`, `training` or `demo`. Where `HOST` is not loopback, ' +
        'nothing starts without it. `production` refuses an issuer that is missing, without HTTPS or the simulator, ' +
        'tokens of development clients, a key from the data folder, passwords of compose, and `DEVELOPMENT_HOSTS`',
    ),
  STELLWERK_HOME: z.string().default('.stellwerk').describe('Data folder'),
  STELLWERK_KEY: z
    .string()
    .optional()
    .describe(
      'Key for secret parameters (32 bytes, base64); by default the file `key` in the data folder, ' +
        'created at the first start. Several, separated by commas: the first encrypts, all decrypt ([keys](keys.md))',
    ),
  PSEUDONYM_KEY: z
    .string()
    .optional()
    .describe(
      'Key for pseudonyms of persons and numbers of submissions (32 bytes, base64); by default `STELLWERK_KEY` ' +
        'where that is set, else the file `pseudonym-key` in the data folder. Several, separated by commas: the ' +
        'first makes pseudonyms, all find them; none is ever replaced ([keys](keys.md))',
    ),
  EVIDENCE_KEY: z
    .string()
    .optional()
    .describe(
      'Key with which workers sign the evidence log (32 bytes, base64; [keys](keys.md)); by default the file ' +
        '`evidence-key` in the data folder. Workers on several hosts need the same, and in production it must be set',
    ),
  STELLWERK_DEMO: z.enum(['on', 'off']).default('on').describe('`off`: `npm start` without demonstration traffic'),
  HOST: z.string().default('127.0.0.1').describe('Address on which the applications listen'),
  GATEWAY_PORT: port.default(8080).describe('Portals; 0 takes any free port'),
  CONSOLE_PORT: port.default(8081).describe('Municipalities and operators'),
  SIMULATOR_PORT: port.default(8082).describe('Portal, identity provider, Fachverfahren and registers, simulated'),
  SIMULATOR_SMTP_PORT: port.default(8084).describe('Simulated mail server, SMTP with TLS'),
  SIMULATOR_SFTP_PORT: port.default(8085).describe('Simulated file server, SFTP'),
  SIMULATOR_TLS_PORT: port.default(8086).describe('Simulated Fachverfahren that asks for a client certificate, HTTPS'),
  SIMULATOR_XTA_PORT: port.default(8087).describe('Simulated XTA server, HTTPS with client certificates'),
  WORKER_PORT: port.default(8083).describe('Health and metrics only'),
  GATEWAY_URL: z
    .string()
    .optional()
    .describe('Public address of the gateway; by default built from `HOST` and `GATEWAY_PORT`'),
  CONSOLE_URL: z.string().optional().describe('Public address of the console'),
  SIMULATOR_URL: z.string().optional().describe('Address of the simulator'),
  OIDC_ISSUER: z.string().optional().describe('OpenID Connect issuer; by default the simulator’s'),
  OIDC_AUDIENCE: z.string().default('stellwerk').describe('Audience that tokens must name'),
  OIDC_TOKEN_TYPES: list
    .default(['at+jwt'])
    .describe('What the header `typ` of a token may say, separated by commas; some issuers write `JWT`'),
  OIDC_LONGEST_LIFETIME: z.coerce
    .number()
    .int()
    .min(60)
    .default(3600)
    .describe('Seconds that a token may be valid altogether; one that is valid longer is refused'),
  STELLWERK_CLIENT: z.string().default('operator').describe('Command line: the client in whose name it acts'),
  STELLWERK_CLIENT_SECRET: z
    .string()
    .optional()
    .describe('Command line: the client’s secret; development clients need none'),
  ADAPTERS: list.optional().describe('Ids of the adapters that this worker runs, separated by commas; by default all'),
  ADAPTER_PACKAGES: list
    .default([])
    .describe('Adapters from outside: names of installed packages, or folders (`./…`), separated by commas'),
  FENCE_WITHOUT_NETWORK_LOCK: z
    .enum(['on', 'off'])
    .default('off')
    .describe(
      '`on`: with `STAGE=production` adapters from outside also run where the system has no network namespace for ' +
        'them ([networks](networks.md#adapters-from-outside))',
    ),
  DROP_FOLDER: z
    .string()
    .optional()

    .describe(
      'Folder on this host with a folder for each municipality, named by its ARS (`081110000000`), below which alone ' +
        'that municipality’s adapters may write; without it, only SFTP and WebDAV',
    ),
  XOEV_SCHEMAS: z
    .string()
    .optional()
    .describe(
      'Folder with the XML Schemas of XÖV standards (XRepository); without it, messages are sent unchecked, ' +
        'and the connection test says so',
    ),
  DEVELOPMENT_HOSTS: list
    .default([])
    .describe('Hosts besides loopback to which adapters may speak plain HTTP, separated by commas'),
  ALLOWED_NETWORKS: networks
    .default([])
    .describe(
      'Networks besides the public ones to which adapters and portal callbacks may connect, such as `10.20.0.0/16`, ' +
        'separated by commas. Where it is set, and always in production, all other loopback, link-local and private ' +
        'addresses are refused, and those of this host: [networks](networks.md)',
    ),
  LIMIT_BODY: z.coerce
    .number()
    .int()
    .default(28 * 1024 * 1024)
    .describe('Bytes per request; at least `LIMIT_FILE` in base64, which is a third longer, and 64 KiB for the form'),
  LIMIT_BODY_RATE: z.coerce
    .number()
    .int()
    .min(0)
    .default(16 * 1024)
    .describe('Bytes per second at which a body must arrive, over any 5 s; else 408. 0: no limit'),
  LIMIT_FILE: z.coerce
    .number()
    .int()
    .default(20 * 1024 * 1024)
    .describe('Bytes per file'),
  LIMIT_FILES: z.coerce.number().int().default(20).describe('Files per request'),
  LIMIT_FIELDS: z.coerce.number().int().default(5000).describe('Fields per form'),
  LIMIT_DEPTH: z.coerce.number().int().default(64).describe('Levels of nesting'),
  LIMIT_RATE: z.coerce
    .number()
    .int()
    .min(0)
    .default(200)
    .describe('Requests per second and client, at all gateways together, then 429; 0: no limit'),
  LIMIT_FAILED_LOGINS: z.coerce
    .number()
    .int()
    .min(0)
    .default(30)
    .describe('Tokens per minute and address that do not hold, then 429; 0: no limit'),
  TRUSTED_PROXIES: list
    .default([])
    .describe(
      'Addresses or networks (`10.0.0.0/8`) of reverse proxies, separated by commas: the caller’s address is what ' +
        'their `X-Forwarded-For` says',
    ),
  IDEMPOTENCY_DAYS: z.coerce.number().default(7).describe('Days for which an `Idempotency-Key` is kept'),
  RETRY_PAUSES: pauses('5,15,60,300,900,3600', 'Seconds between attempts; the last pause is repeated'),
  RETRY_WINDOW_HOURS: z.coerce.number().default(72).describe('Hours with an open lane after which a task is dead'),
  ANSWER_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .default(90)
    .describe(
      'Days without anything new after which the answer of a target that answers later is given up (a dead letter), ' +
        'unless the parameter `<adapter>.answerDays` says otherwise',
    ),
  RETRY_JITTER: z.coerce.number().default(0.2).describe('Share by which pauses vary, so that retries do not coincide'),
  LANE_SLOTS: z.coerce
    .number()
    .int()
    .default(4)
    .describe(
      'Tasks of one lane that may be in flight at once, to begin with, unless the parameter `<adapter>.slots` says ' +
        'otherwise',
    ),
  LANE_SLOTS_MOST: z.coerce
    .number()
    .int()
    .default(32)
    .describe(
      'As many become of them while the target answers as fast as at its best, unless `<adapter>.slots` says otherwise',
    ),
  HOST_SLOTS: z.coerce
    .number()
    .int()
    .default(64)
    .describe(
      'Calls that one host may have at once, over all lanes; less than `WORKER_PREFETCH`, so that others go on',
    ),
  LANE_CLOSES_AFTER: z.coerce.number().int().default(3).describe('Failures in a row after which a lane closes'),
  LANE_PROBE_PAUSES: pauses('5,15,60,300,900', 'Seconds between probes of a closed lane'),
  RELAY_PAUSE: milliseconds.default(100).describe('Longest time between two searches for due tasks, ms'),
  TICKET_RESEND_AFTER: milliseconds
    .default(5_000)
    .describe(
      'Time after which a ticket that no worker has taken is sent again, unless it still waits in its queue, ms',
    ),
  ADAPTER_DEADLINE: milliseconds
    .default(30_000)
    .describe('Deadline of a call if the adapter’s manifest names none, ms'),
  LEASE_GRACE: milliseconds.default(5_000).describe('How much longer a lease lasts than the adapter’s deadline, ms'),
  WORKER_PREFETCH: z.coerce.number().int().default(256).describe('Tickets per adapter that a worker holds at once'),
  DRAIN: milliseconds.default(12_000).describe('How long running calls may take while an application shuts down, ms'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
    .default('info')
    .describe('What is logged, as JSON lines'),
});

export type Settings = z.infer<typeof settingsSchema> & {
  /** `STAGE`; on loopback `demo` where it is not set. */
  stage: (typeof stages)[number];
  gatewayUrl: string;
  consoleUrl: string;
  simulatorUrl: string;
  issuer: string;
};

/**
 * Reads and checks the environment; empty strings count as not set.
 * @throws Error whose message names the first setting that is wrong
 */
export function readSettings(environment: Record<string, string | undefined> = process.env): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = settingsSchema.safeParse(given);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new Error(`Einstellung ${String(issue.path[0])}: ${issue.message}`);
  }
  const settings = result.data;
  const least = Math.ceil(settings.LIMIT_FILE / 3) * 4 + besideFile;
  if (settings.LIMIT_BODY < least)
    throw new Error(`Einstellung LIMIT_BODY: at least ${least}, for LIMIT_FILE in base64`);
  const host = settings.HOST === '0.0.0.0' || settings.HOST === '::' ? '127.0.0.1' : settings.HOST;
  const simulatorUrl = settings.SIMULATOR_URL ?? `http://${host}:${settings.SIMULATOR_PORT}`;
  return {
    ...settings,
    stage: settings.STAGE ?? 'demo',
    gatewayUrl: settings.GATEWAY_URL ?? `http://${host}:${settings.GATEWAY_PORT}`,
    consoleUrl: settings.CONSOLE_URL ?? `http://${host}:${settings.CONSOLE_PORT}`,
    simulatorUrl,
    issuer: settings.OIDC_ISSUER ?? `${simulatorUrl}/oidc`,
  };
}
