import { z } from 'zod';
import { developmentSecret } from '#settings/stage.js';

const grant = z.object({ access_token: z.string(), expires_in: z.number() });

/** Fetches tokens by client credentials (RFC 6749 §4.4). A token is used until a minute before its end. */
export function tokenSource(issuer: string, client: string): () => Promise<string> {
  let kept: Promise<{ token: string; until: number }> | undefined;
  const fetchToken = async () => {
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${client}:${developmentSecret(client)}`).toString('base64')}` },
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
