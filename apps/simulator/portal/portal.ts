import { z } from 'zod';
import type { Settings } from '#settings/settings.js';
import { callbackSecret, secretOf } from './clients.js';

export interface NewSubmission {
  leistung: string;
  ars: string;
  body: string | Uint8Array<ArrayBuffer>;
  contentType: string;
  idempotencyKey?: string;
}

const posted = z.object({ submissionId: z.string(), state: z.string() });
const refusal = z.object({
  code: z.string(),
  title: z.string().default(''),
  detail: z.string().default(''),
  errors: z.array(z.object({ label: z.string().optional(), message: z.string() })).default([]),
});
const status = z.object({
  submissionId: z.string(),
  state: z.string(),
  attention: z.boolean().default(false),
  tasks: z.array(z.object({ taskId: z.string(), adapter: z.string(), state: z.string(), attempts: z.number() })),
  replies: z.array(z.object({ replyId: z.string(), status: z.string(), documents: z.number() })).default([]),
  events: z.array(z.object({ at: z.string(), text: z.string() })),
});

export type Status = z.infer<typeof status>;
export type Handed =
  | { accepted: true; submissionId: string }
  | { accepted: false; status: number; refusal: z.infer<typeof refusal> };

/** service-bw as the gateway sees it: a client with a token that posts forms and asks how they fare. Its errors are network errors and answers nobody expects. */
export function openPortal(settings: Pick<Settings, 'gatewayUrl' | 'issuer'>, client = 'service-bw') {
  const submissions = `${settings.gatewayUrl}/service-bw/v1/submissions`;
  const token = tokenSource(settings.issuer, client);
  return {
    token,

    async postSubmission({ leistung, ars, body, contentType, idempotencyKey }: NewSubmission): Promise<Handed> {
      const answer = await fetch(`${submissions}?${new URLSearchParams({ leistung, ars })}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await token()}`,
          'content-type': contentType,
          ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
        },
        body,
      });
      const said = await answer.json();
      if (answer.status === 202) return { accepted: true, submissionId: posted.parse(said).submissionId };
      return { accepted: false, status: answer.status, refusal: refusal.parse(said) };
    },

    /** From now on the gateway tells `url` what is new. */
    async registerCallback(url: string): Promise<void> {
      const answer = await fetch(`${settings.gatewayUrl}/service-bw/v1/callback`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
        body: JSON.stringify({ url, secret: callbackSecret }),
      });
      if (!answer.ok) throw new Error(`PUT ${settings.gatewayUrl}/service-bw/v1/callback: ${answer.status}`);
    },

    async status(submissionId: string): Promise<Status> {
      const answer = await fetch(`${submissions}/${submissionId}`, {
        headers: { authorization: `Bearer ${await token()}` },
      });
      if (!answer.ok) throw new Error(`GET ${submissions}/${submissionId}: ${answer.status}`);
      return status.parse(await answer.json());
    },
  };
}

const grant = z.object({ access_token: z.string(), expires_in: z.number() });

/** Client credentials (RFC 6749 §4.4); a token is used until a minute before its end. */
export function tokenSource(issuer: string, client: string): () => Promise<string> {
  let kept: Promise<{ token: string; until: number }> | undefined;
  const fetchToken = async () => {
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${client}:${secretOf(client)}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    if (!answer.ok) throw new Error(`POST ${issuer}/token: ${answer.status}`);
    const { access_token: token, expires_in } = grant.parse(await answer.json());
    return { token, until: performance.now() + (expires_in - 60) * 1000 };
  };
  return async () => {
    if (!kept || (await kept).until < performance.now()) kept = fetchToken();
    try {
      return (await kept).token;
    } catch (error) {
      kept = undefined;
      throw error;
    }
  };
}
