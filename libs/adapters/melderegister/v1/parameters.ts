import { z } from 'zod';

export const parameters = z.object({
  baseUrl: z.url({ protocol: /^https?$/ }).describe('Adresse der Melderegister-Auskunft'),
  token: z.string().min(1).describe('Token, mit dem sich Stellwerk ausweist').meta({ secret: true }),
});

export type MelderegisterParameters = z.infer<typeof parameters>;
