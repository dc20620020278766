import { z } from 'zod';

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

export type MelderegisterParameters = z.infer<typeof parameters>;

/** The key of the parameter that the register's 401 points at. */
export const credential = ({ certificate, token }: MelderegisterParameters) =>
  token || !certificate ? 'token' : 'certificate';

/** The key of the parameter that is missing to authenticate with. */
export function missing({ token, certificate, key }: MelderegisterParameters): 'token' | 'key' | undefined {
  if (certificate && !key) return 'key';
  return token || certificate ? undefined : 'token';
}
