import { z } from 'zod';

/** Every environment variable that Stellwerk reads, in one place. Empty strings count as not set. */
const port = z.coerce.number().int().min(0).max(65535);
const milliseconds = z.coerce.number().int().min(0);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

export const settingsSchema = z.object({
  DATABASE_URL: z.string().optional().describe('PostgreSQL; ohne sie startet Stellwerk ein eigenes im Datenordner'),
  AMQP_URL: z.string().optional().describe('RabbitMQ; ohne sie startet Stellwerk ein eigenes'),
  STELLWERK_HOME: z.string().default('.stellwerk').describe('Datenordner'),
  STELLWERK_KEY: z
    .string()
    .optional()
    .describe('Schlüssel für geheime Parameter (base64, 32 Byte); sonst die Datei key im Datenordner'),
  STELLWERK_DEMO: z.enum(['on', 'off']).default('on').describe('off: npm start ohne Demo-Verkehr'),
  HOST: z.string().default('127.0.0.1').describe('Adresse, an der die Anwendungen lauschen'),
  GATEWAY_PORT: port.default(8080),
  CONSOLE_PORT: port.default(8081),
  SIMULATOR_PORT: port.default(8082),
  WORKER_PORT: port.default(8083).describe('nur Zustand und Metriken'),
  GATEWAY_URL: z.string().optional().describe('öffentliche Adresse des Gateways; sonst aus HOST und GATEWAY_PORT'),
  CONSOLE_URL: z.string().optional(),
  SIMULATOR_URL: z.string().optional(),
  OIDC_ISSUER: z.string().optional().describe('OpenID-Connect-Aussteller; sonst der des Simulators'),
  OIDC_AUDIENCE: z.string().default('stellwerk'),
  STELLWERK_CLIENT: z.string().default('operator').describe('Kommandozeile: in wessen Namen'),
  STELLWERK_CLIENT_SECRET: z
    .string()
    .optional()
    .describe('Kommandozeile: das Geheimnis dazu; Entwicklungs-Zugänge brauchen keines'),
  ADAPTERS: list.optional().describe('welche Adapter dieser Worker betreibt; sonst alle'),
  DEVELOPMENT_HOSTS: list
    .default([])
    .describe('Hosts außer loopback, zu denen Adapter unverschlüsseltes HTTP sprechen dürfen'),
  LIMIT_BODY: z.coerce
    .number()
    .int()
    .default(25 * 1024 * 1024)
    .describe('Bytes je Anfrage'),
  LIMIT_FILE: z.coerce
    .number()
    .int()
    .default(20 * 1024 * 1024)
    .describe('Bytes je Datei'),
  LIMIT_FILES: z.coerce.number().int().default(20),
  LIMIT_FIELDS: z.coerce.number().int().default(5000),
  LIMIT_DEPTH: z.coerce.number().int().default(64),
  LIMIT_RATE: z.coerce.number().int().default(0).describe('Anfragen je Sekunde und Client, danach 429; 0: ohne Grenze'),
  IDEMPOTENCY_DAYS: z.coerce.number().default(7),
  RETRY_PAUSES: z
    .string()
    .default('5,15,60,300,900,3600')
    .describe('Sekunden zwischen Versuchen; die letzte Pause gilt weiter')
    .transform((text) => text.split(',').map((item) => Number(item) * 1000)),
  RETRY_WINDOW_HOURS: z.coerce.number().default(72),
  RETRY_JITTER: z.coerce.number().default(0.2),
  LANE_SLOTS: z.coerce.number().int().default(4).describe('Aufgaben einer Lane gleichzeitig unterwegs'),
  LANE_CLOSES_AFTER: z.coerce.number().int().default(3).describe('Fehlschläge in Folge, nach denen eine Lane schließt'),
  LANE_PROBE_PAUSES: z
    .string()
    .default('5,15,60,300,900')
    .transform((text) => text.split(',').map((item) => Number(item) * 1000)),
  RELAY_PAUSE: milliseconds.default(100).describe('höchster Abstand, in dem nach fälligen Aufgaben gesehen wird'),
  TICKET_PATIENCE: milliseconds
    .default(15_000)
    .describe('so lange wartet ein Ticket auf seinen Worker, bevor ein neues geschickt wird'),
  ADAPTER_DEADLINE: milliseconds
    .default(30_000)
    .describe('Frist eines Aufrufs, wenn das Manifest des Adapters keine nennt'),
  LEASE_GRACE: milliseconds.default(5_000).describe('Zuschlag auf die Frist des Adapters'),
  WORKER_PREFETCH: z.coerce.number().int().default(256),
  DRAIN: milliseconds.default(12_000).describe('so lange dürfen laufende Aufrufe beim Beenden noch dauern'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
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
