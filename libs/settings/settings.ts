import { z } from 'zod';

/** Every environment variable that Stellwerk reads, in one place; `docs/settings.md` is made from it. Empty strings count as not set. */
const port = z.coerce.number().int().min(0).max(65535);
const milliseconds = z.coerce.number().int().min(0);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

export const settingsSchema = z.object({
  DATABASE_URL: z.string().optional().describe('PostgreSQL; without it `npm start` runs its own in the data folder'),
  ACCESS_LOG_URL: z
    .string()
    .optional()
    .describe('PostgreSQL for the access log; without it, a schema of its own in the database of `DATABASE_URL`'),
  AMQP_URL: z.string().optional().describe('RabbitMQ; without it `npm start` runs its own'),
  STELLWERK_HOME: z.string().default('.stellwerk').describe('Data folder'),
  STELLWERK_KEY: z
    .string()
    .optional()
    .describe(
      'Key for secret parameters (32 bytes, base64); else the file `key` in the data folder, made at the first start',
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
  GATEWAY_URL: z.string().optional().describe('Public address of the gateway; else made of `HOST` and `GATEWAY_PORT`'),
  CONSOLE_URL: z.string().optional().describe('Public address of the console'),
  SIMULATOR_URL: z.string().optional().describe('Address of the simulator'),
  OIDC_ISSUER: z.string().optional().describe('OpenID Connect issuer; else the simulator’s'),
  OIDC_AUDIENCE: z.string().default('stellwerk').describe('Audience that tokens must name'),
  STELLWERK_CLIENT: z.string().default('operator').describe('Command line: in whose name'),
  STELLWERK_CLIENT_SECRET: z
    .string()
    .optional()
    .describe('Command line: the client’s secret; development clients need none'),
  ADAPTERS: list.optional().describe('Ids of the adapters that this worker runs, separated by commas; else all'),
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
      'Folder with the XML Schemas of XÖV standards (XRepository); without it, messages are sent without being checked, and say so',
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
  RETRY_PAUSES: z
    .string()
    .default('5,15,60,300,900,3600')
    .describe('Seconds between attempts; the last pause goes on')
    .transform((text) => text.split(',').map((item) => Number(item) * 1000)),
  RETRY_WINDOW_HOURS: z.coerce.number().default(72).describe('Hours with an open lane after which a task is dead'),
  RETRY_JITTER: z.coerce.number().default(0.2).describe('Share by which pauses vary, so that not all come at once'),
  LANE_SLOTS: z.coerce.number().int().default(4).describe('Tasks of one lane on the road at once'),
  LANE_CLOSES_AFTER: z.coerce.number().int().default(3).describe('Failures in a row after which a lane closes'),
  LANE_PROBE_PAUSES: z
    .string()
    .default('5,15,60,300,900')
    .describe('Seconds between probes of a closed lane')
    .transform((text) => text.split(',').map((item) => Number(item) * 1000)),
  RELAY_PAUSE: milliseconds.default(100).describe('Longest time between two looks for due tasks, ms'),
  TICKET_PATIENCE: milliseconds.default(15_000).describe('A ticket that nobody took for so long is sent again, ms'),
  ADAPTER_DEADLINE: milliseconds
    .default(30_000)
    .describe('Deadline of a call where the adapter’s manifest names none, ms'),
  LEASE_GRACE: milliseconds.default(5_000).describe('A lease lasts so much longer than the adapter’s deadline, ms'),
  WORKER_PREFETCH: z.coerce.number().int().default(256).describe('Tickets per adapter in a worker’s hands at once'),
  DRAIN: milliseconds.default(12_000).describe('Running calls may take so long while an application ends, ms'),
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

/** Reads and checks the environment once. Throws one sentence that names the setting. */
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
