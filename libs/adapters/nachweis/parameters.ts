import { z } from 'zod';

export const parameters = z.object({
  baseUrl: z.url({ protocol: /^https?$/ }).describe('Adresse des Nachweisdienstes'),
  token: z.string().min(1).describe('Token, mit dem sich Stellwerk ausweist').meta({ secret: true }),
});

export type NachweisParameters = z.infer<typeof parameters>;
