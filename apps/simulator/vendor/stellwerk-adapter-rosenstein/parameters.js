import { z } from 'zod';

export const parameters = z.object({
  url: z.url({ protocol: /^https?$/ }).describe('Adresse des Mandanten in Rosenstein Steuern'),
  mandant: z
    .string()
    .regex(/^\d{4}$/, 'Vier Ziffern')
    .describe('Mandantennummer, vier Ziffern'),
  apiKey: z.string().min(1).describe('Schnittstellenschlüssel').meta({ secret: true }),
});
