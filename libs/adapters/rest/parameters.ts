import { z } from 'zod';

const path = z.string().regex(/^\/\S*$/, 'Beginnt mit / und enthält keine Leerzeichen');

export const parameters = z.object({
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .describe('Adresse des Fachverfahrens, zum Beispiel https://steuer.example.de/api'),
  path: path.default('/deliveries').describe('Pfad, an den Sendungen gehen, hinter rest.baseUrl'),
  findPath: path
    .refine((text) => text.includes('{key}'), 'Enthält {key}')
    .default('/deliveries/{key}')
    .describe('Pfad, unter dem eine Sendung wiedergefunden wird; {key} ist der Idempotenzschlüssel'),
  authentication: z.enum(['none', 'bearer', 'basic', 'apiKey']).default('none').describe('Wie sich Stellwerk ausweist'),
  token: z.string().min(1).optional().describe('Token für bearer oder apiKey').meta({ secret: true }),
  user: z.string().min(1).optional().describe('Benutzer für basic'),
  password: z.string().min(1).optional().describe('Kennwort für basic').meta({ secret: true }),
  apiKeyHeader: z
    .string()
    .regex(/^[\w-]+$/)
    .default('X-API-Key')
    .describe('Kopfzeile, in der bei apiKey das Token steht'),
  idempotencyHeader: z
    .string()
    .regex(/^[\w-]+$/)
    .default('Idempotency-Key')
    .describe('Kopfzeile, in der der Idempotenzschlüssel steht'),
  timeoutSeconds: z
    .number()
    .min(1)
    .max(29)
    .default(20)
    .describe('So lange wartet Stellwerk auf die Antwort, in Sekunden'),
});

export type RestParameters = z.infer<typeof parameters>;

/** The key of the parameter that the target's 401 points at. */
export function credential({ authentication }: RestParameters): 'token' | 'password' | 'authentication' {
  if (authentication === 'none') return 'authentication';
  return authentication === 'basic' ? 'password' : 'token';
}

/** What is missing for the chosen authentication, as a key. */
export function missingCredential(given: RestParameters): 'token' | 'user' | 'password' | undefined {
  if (given.authentication === 'none') return undefined;
  if (given.authentication !== 'basic') return given.token ? undefined : 'token';
  if (!given.user) return 'user';
  return given.password ? undefined : 'password';
}

export function authenticate(given: RestParameters): Record<string, string> {
  switch (given.authentication) {
    case 'none':
      return {};
    case 'bearer':
      return { authorization: `Bearer ${given.token}` };
    case 'basic':
      return { authorization: `Basic ${Buffer.from(`${given.user}:${given.password}`).toString('base64')}` };
    case 'apiKey':
      return { [given.apiKeyHeader.toLowerCase()]: given.token! };
  }
}

/** The address of `path` below `baseUrl`; the key goes in escaped. */
export function address({ baseUrl }: RestParameters, path: string, key = ''): string {
  return baseUrl.replace(/\/+$/, '') + path.replace('{key}', encodeURIComponent(key));
}
