import { z } from 'zod';

export const parameters = z.object({
  mode: z
    .enum(['later', 'rejected', 'misconfigured', 'unknown', 'throw', 'hang'])
    .default('later')
    .describe('Wie jede Sendung scheitert'),
});
