import { z } from 'zod';
import type { Settings } from '#settings/settings.js';
import { callbackSecret } from './clients.js';
import { tokenSource } from './token.js';

export interface NewSubmission {
  leistung: string;
  ars: string;
  form: string | Uint8Array<ArrayBuffer>;
  contentType: string;
  idempotencyKey?: string;
}

const accepted = z.object({ submissionId: z.string(), number: z.string(), state: z.string() });
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
  | { accepted: true; submissionId: string; number: string }
  | { accepted: false; status: number; refusal: z.infer<typeof refusal> };

/**
 * service-bw as the gateway sees it: a client with a token that posts forms and asks for their status. It throws
 * network errors, and errors about answers that nobody expects.
 */
export function openPortal(settings: Pick<Settings, 'gatewayUrl' | 'issuer'>, client = 'service-bw') {
  const submissions = `${settings.gatewayUrl}/service-bw/v1/submissions`;
  const token = tokenSource(settings.issuer, client);
  return {
    token,

    async postSubmission({ leistung, ars, form, contentType, idempotencyKey }: NewSubmission): Promise<Handed> {
      const answer = await fetch(`${submissions}?${new URLSearchParams({ leistung, ars })}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await token()}`,
          'content-type': contentType,
          ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
        },
        body: form,
      });
      const body = await answer.json();
      if (answer.status === 202) {
        const { submissionId, number } = accepted.parse(body);
        return { accepted: true, submissionId, number };
      }
      return { accepted: false, status: answer.status, refusal: refusal.parse(body) };
    },

    /** From now on the gateway calls `url` when there is something new. */
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
