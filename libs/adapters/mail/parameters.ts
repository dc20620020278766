import { z } from 'zod';

export const parameters = z.object({
  host: z
    .string()
    .regex(/^[\w.-]+(:\d{1,5})?$/, 'Ein Name, dahinter der Port, wenn es nicht der übliche ist')
    .describe(
      'Mailserver, zum Beispiel mail.example.de oder mail.example.de:2465; ' +
        'sonst Port 465 bei tls, 587 bei starttls, 25 bei none',
    )
    .meta({ host: true }),
  security: z
    .enum(['tls', 'starttls', 'none'])
    .default('tls')
    .describe('tls von Anfang an, starttls verlangt; none nur zu Rechnern der Entwicklung'),
  ca: z
    .string()
    .includes('BEGIN CERTIFICATE')
    .optional()
    .describe('Zertifikat der eigenen Zertifizierungsstelle (PEM)'),
  user: z.string().min(1).optional().describe('Benutzer; ohne ihn meldet sich Stellwerk nicht an'),
  password: z.string().min(1).optional().describe('Kennwort').meta({ secret: true }),
  from: z.email().describe('Absender; antworten kann man ihm nicht'),
  to: z.array(z.email()).min(1).max(10).describe('Postfächer der Behörde'),
  maxMegabytes: z
    .number()
    .min(1)
    .max(100)
    .default(20)
    .describe('So groß darf eine Nachricht samt Anlagen sein, in MB (10^6 Byte, wie versandt)'),
});

export type MailParameters = z.infer<typeof parameters>;

/** The key of the parameter that a login still needs; undefined where none is missing or nobody logs in. */
export const missingCredential = ({ user, password }: MailParameters): 'user' | 'password' | undefined => {
  if (user && !password) return 'password';
  return password && !user ? 'user' : undefined;
};

const ports = { tls: 465, starttls: 587, none: 25 };

export function addressOf({ host, security }: MailParameters): { host: string; port: number } {
  const [name = '', port] = host.split(':');
  return { host: name, port: port ? Number(port) : ports[security] };
}

export const domainOf = ({ from }: Pick<MailParameters, 'from'>) => from.slice(from.indexOf('@') + 1);
