import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65535);
const milliseconds = z.coerce.number().int().min(0);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

/** Comma-separated seconds, read as milliseconds. */
const pauses = (preset: string, description: string) =>
  z
    .string()
    .default(preset)
    .describe(description)
    .transform((text) => text.split(',').map((item) => Number(item) * 1000));

/** Every environment variable that Stellwerk reads. `docs/settings.md` is generated from these descriptions. */
export const settingsSchema = z.object({
  DATABASE_URL: z.string().optional().describe('PostgreSQL; without it, `npm start` runs its own in the data folder'),
  ACCESS_LOG_URL: z
    .string()
    .optional()
    .describe('PostgreSQL for the access log; without it, a schema of its own in the database of `DATABASE_URL`'),
  AMQP_URL: z.string().optional().describe('RabbitMQ; without it, `npm start` runs its own'),
  STELLWERK_HOME: z.string().default('.stellwerk').describe('Data folder'),
  STELLWERK_KEY: z
    .string()
    .optional()
    .describe(
      'Key for secret parameters (32 bytes, base64); by default the file `key` in the data folder, ' +
        'created at the first start',
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
  STELLWERK_CLIENT: z.string().default('operator').describe('Command line: the client in whose name it acts'),
  STELLWERK_CLIENT_SECRET: z
    .string()
    .optional()
    .describe('Command line: the client’s secret; development clients need none'),
  ADAPTERS: list.optional().describe('Ids of the adapters that this worker runs, separated by commas; by default all'),
  ADAPTER_PACKAGES: list
    .default([])
    .describe('Adapters from outside: names of installed packages, or folders (`./…`), separated by commas'),
  DROP_FOLDER: z
    .string()
    .optional()
    .describe('Folder on this host below which the adapter `file-drop` may write; without it, only SFTP and WebDAV'),
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
  LIMIT_BODY: z.coerce
    .number()
    .int()
    .default(25 * 1024 * 1024)
    .describe('Bytes per request'),
  LIMIT_FILE: z.coerce
    .number()
    .int()
    .default(20 * 1024 * 1024)
    .describe('Bytes per file'),
  LIMIT_FILES: z.coerce.number().int().default(20).describe('Files per request'),
  LIMIT_FIELDS: z.coerce.number().int().default(5000).describe('Fields per form'),
  LIMIT_DEPTH: z.coerce.number().int().default(64).describe('Levels of nesting'),
  LIMIT_RATE: z.coerce.number().int().default(0).describe('Requests per second and client, then 429; 0: no limit'),
  IDEMPOTENCY_DAYS: z.coerce.number().default(7).describe('Days for which an `Idempotency-Key` is kept'),
  RETRY_PAUSES: pauses('5,15,60,300,900,3600', 'Seconds between attempts; the last pause is repeated'),
  RETRY_WINDOW_HOURS: z.coerce.number().default(72).describe('Hours with an open lane after which a task is dead'),
  RETRY_JITTER: z.coerce.number().default(0.2).describe('Share by which pauses vary, so that retries do not coincide'),
  LANE_SLOTS: z.coerce.number().int().default(4).describe('Tasks of one lane that may be in flight at once'),
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
    .default(15_000)
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
  const host = settings.HOST === '0.0.0.0' || settings.HOST === '::' ? '127.0.0.1' : settings.HOST;
  const simulatorUrl = settings.SIMULATOR_URL ?? `http://${host}:${settings.SIMULATOR_PORT}`;
  return {
    ...settings,
    gatewayUrl: settings.GATEWAY_URL ?? `http://${host}:${settings.GATEWAY_PORT}`,
    consoleUrl: settings.CONSOLE_URL ?? `http://${host}:${settings.CONSOLE_PORT}`,
    simulatorUrl,
    issuer: settings.OIDC_ISSUER ?? `${simulatorUrl}/oidc`,
  };
}
