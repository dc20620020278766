import { z } from 'zod';
import type { AdapterContext, HttpAnswer, HttpRequest } from '../contract.js';

const identification = z
  .string()
  .regex(/^[a-z]{3}:[0-9]{8,12}$/)
  .optional();

export const parameters = z.object({
  baseUrl: z.url({ protocol: /^https?$/ }).describe('Adresse der Melderegister-Auskunft'),
  token: z.string().min(1).optional().describe('Token, mit dem sich Stellwerk ausweist').meta({ secret: true }),
  certificate: z.string().min(1).optional().describe('Zertifikat, mit dem sich Stellwerk ausweist (PEM, mit Kette)'),
  key: z.string().min(1).optional().describe('Schlüssel zum Zertifikat (PEM)').meta({ secret: true }),
  authority: z
    .string()
    .min(1)
    .optional()
    .describe('Zertifikat der Stelle, der das Melderegister sein eigenes verdankt (PEM)'),
  reader: identification.describe('DVDV-Kennung der Meldebehörde; ohne Wert ags: und der AGS der Gemeinde'),
  author: identification.describe('DVDV-Kennung der Stelle, die fragt; ohne Wert ags: und der AGS der Gemeinde'),
});
export type Settings = z.infer<typeof parameters>;

/** The key of the parameter that the register's 401 points at. */
export const credential = ({ certificate, token }: Settings) => (token || !certificate ? 'token' : 'certificate');

/** What is missing to show who asks. */
export function missing({ token, certificate, key }: Settings): 'token' | 'key' | undefined {
  if (certificate && !key) return 'key';
  return token || certificate ? undefined : 'token';
}

/** One request as this municipality. Nothing here changes the register. */
export function ask(
  context: AdapterContext,
  settings: Settings,
  path: string,
  request: HttpRequest = {},
): Promise<HttpAnswer> {
  const { baseUrl, token, certificate, key, authority } = settings;
  const tls = {
    ...(authority && { ca: authority }),
    ...(certificate && { certificate }),
    ...(key && { key }),
  };
  return context.http(baseUrl.replace(/\/+$/, '') + path, {
    ...request,
    changes: false,
    headers: { ...request.headers, ...(token && { authorization: `Bearer ${token}` }) },
    ...(Object.keys(tls).length > 0 && { tls }),
  });
}
