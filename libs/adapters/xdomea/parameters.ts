import { z } from 'zod';
import { parseAuthority } from '#xoev/dvdv.js';
import { placeParameters } from '../tools/place/parameters.js';

const text = z.string().min(1);
const authority = z
  .string()
  .refine((key) => parseAuthority(key) !== undefined, 'Ein Schlüssel des DVDV, zum Beispiel bab:080000000001')
  .optional();

export const parameters = z.object({
  ...placeParameters,
  sender: text.describe('Absender: die Behörde, für die abgelegt wird, wie sie in der Nachricht heißt'),
  senderAuthority: authority.describe('Behördenschlüssel des Absenders im DVDV, mit Präfix').meta({ host: false }),
  recipient: text.describe('Empfänger: die Stelle, die das DMS führt, wie sie in der Nachricht heißt'),
  recipientAuthority: authority.describe('Behördenschlüssel des Empfängers im DVDV, mit Präfix').meta({ host: false }),
  system: text.optional().describe('Name des DMS'),
  filePlan: text.optional().describe('Aktenplaneinheit, unter der der Vorgang angelegt wird, etwa 632.6'),
  reference: text
    .optional()
    .describe('Aktenzeichen des Vorgangs; {jahr}, {ags} und {antrag} füllt Stellwerk, etwa BA-{jahr}-{antrag}'),
  container: text.optional().describe('Kennung der Akte im DMS, in die der Vorgang kommt'),
  returns: text
    .optional()
    .describe(
      'Wo das DMS seine Bestätigungen ablegt: ein Ordner wie xdomea.folder, xdomea.directory oder xdomea.url. ' +
        'Ohne Wert gilt die Sendung mit der Ablage als zugestellt',
    ),
  pollMinutes: z
    .number()
    .min(0.01)
    .max(1440)
    .default(15)
    .describe('Abstand der Blicke nach der Bestätigung, in Minuten; ohne Neues werden sie seltener'),
  validation: z
    .enum(['available', 'required'])
    .default('available')
    .describe(
      'Prüfung gegen das Schema von xdomea: available (wenn es vorliegt), required (ohne Schema wird nichts abgelegt)',
    ),
});

/** The place, and where its answers are: both are reached with the same credentials. */
export const bound = [...Object.keys(placeParameters), 'returns'];

export type XdomeaParameters = z.infer<typeof parameters>;
