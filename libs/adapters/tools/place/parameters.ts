import { z } from 'zod';

const path = z.string().regex(/^[^\0]*$/, 'Ein Pfad');
const pem = z.string().regex(/-----BEGIN [A-Z ]+-----[\s\S]+-----END/, 'PEM');

/** Where files go, and how Stellwerk logs in there: among the parameters of every adapter that puts files somewhere. */
export const placeParameters = {
  place: z
    .enum(['folder', 'sftp', 'webdav'])
    .describe('Wohin: folder (Ordner auf dem Rechner von Stellwerk), sftp oder webdav'),
  folder: path
    .default('.')
    .describe('folder: der Ordner unterhalb des Ordners, den die Gemeinde in DROP_FOLDER hat (ihr ARS), etwa steuer'),
  host: z
    .string()
    .regex(/^[\w.-]+$|^[\da-f:]+$/i, 'Ein Rechnername oder eine Adresse')
    .optional()
    .describe('sftp: der Rechner, ohne Port')
    .meta({ host: true }),
  port: z.number().int().min(1).max(65535).default(22).describe('sftp: der Port'),
  fingerprint: z
    .string()
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'So, wie ssh ihn zeigt: SHA256: und 43 Zeichen')
    .optional()
    .describe('sftp: Fingerabdruck des Rechners; ssh-keygen -lf zeigt ihn'),
  directory: path.default('.').describe('sftp: das Verzeichnis, ab dem Verzeichnis der Anmeldung oder ab /'),
  user: z.string().min(1).optional().describe('sftp und webdav: Benutzer'),
  password: z.string().min(1).optional().describe('sftp und webdav: Kennwort').meta({ secret: true }),
  privateKey: pem
    .optional()
    .describe('sftp: privater Schlüssel (OpenSSH oder PEM, ohne Kennwort) statt eines Kennworts')
    .meta({ secret: true }),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('webdav: Adresse des Ordners, zum Beispiel https://ablage.example.de/steuer/'),
  token: z
    .string()
    .min(1)
    .optional()
    .describe('webdav: Bearer-Token statt Benutzer und Kennwort')
    .meta({ secret: true }),
  ca: pem.optional().describe('webdav: Zertifikat (PEM) einer eigenen Zertifizierungsstelle'),
  certificate: pem.optional().describe('webdav: Zertifikat (PEM), mit dem sich Stellwerk ausweist'),
  certificateKey: pem.optional().describe('webdav: privater Schlüssel dazu (PEM)').meta({ secret: true }),
};

export type PlaceParameters = z.infer<z.ZodObject<typeof placeParameters>>;

/** The key of the first parameter that the chosen place needs and that is not set. */
export function missing(given: PlaceParameters): keyof PlaceParameters | undefined {
  const needed = { folder: [], sftp: ['host', 'fingerprint', 'user'], webdav: ['url'] } as const;
  const absent = needed[given.place].find((key) => given[key] === undefined);
  if (absent) return absent;
  if (given.place === 'sftp' && !given.password && !given.privateKey) return 'password';
  if (given.place === 'webdav' && given.user && !given.password) return 'password';
  return given.certificate && !given.certificateKey ? 'certificateKey' : undefined;
}

/** The key of the parameter that a refused login points at. */
export function credential({
  place,
  privateKey,
  token,
  user,
}: PlaceParameters): 'privateKey' | 'token' | 'password' | 'url' {
  if (place === 'sftp') return privateKey ? 'privateKey' : 'password';
  return token ? 'token' : user ? 'password' : 'url';
}
