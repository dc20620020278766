import type { Answering, FakeReply, FakeRequest } from '../kit/fake.js';

export const token = 'a-token-of-the-fixture';
export const clientSecret = 'a-client-secret-of-the-fixture';

/** A target that takes Stellwerk's envelope, when it is well. The simulator serves it at `/fakes/rest`. */
export function answer({ method, path, headers }: FakeRequest, effects: string[]): FakeReply {
  if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
  const asked = /^\/deliveries\/(.+)$/.exec(path)?.[1];
  if (method === 'GET' && asked)
    return effects.includes(asked) ? { status: 200, body: { reference: `ref-${asked}` } } : { status: 404 };
  if (method !== 'POST' || path !== '/deliveries') return { status: 404 };
  const key = String(headers['idempotency-key']);
  if (!effects.includes(key)) effects.push(key);
  return { status: 201, body: { reference: `ref-${key}` } };
}

/** The same target, which also says how a delivery stands, and replies with a document. */
export function answerWithStatus(request: FakeRequest, effects: string[]): FakeReply {
  const key = /^\/deliveries\/ref-(.+)\/status$/.exec(request.path)?.[1];
  if (key === undefined) return answer(request, effects);
  if (request.headers.authorization !== `Bearer ${token}`) return { status: 401 };
  if (!effects.includes(key)) return { status: 404 };
  const document = { filename: 'Bescheid.pdf', mimetype: 'application/pdf', contentBase64: 'JVBERi0=' };
  const reply = { id: '1', status: 'bescheid', text: 'Anbei.', at: '2026-03-02T09:00:00+01:00', documents: [document] };
  return { status: 200, body: { status: 'delivered', replies: [reply] } };
}

/** A vendor with an API of its own, PUT and a number as reference, and the token endpoint whose tokens it accepts. */
export function vendor(): { endpoint: Answering; target: Answering } {
  const issued = new Set<string>();
  return {
    endpoint({ headers }): FakeReply {
      const [, credentials = ''] = headers.authorization?.split(' ') ?? [];
      if (decodeURIComponent(Buffer.from(credentials, 'base64').toString()) !== `stellwerk:${clientSecret}`)
        return { status: 401, body: { error: 'invalid_client' } };
      const value = crypto.randomUUID();
      issued.add(`Bearer ${value}`);
      return { status: 200, body: { access_token: value, token_type: 'Bearer', expires_in: 3600 } };
    },
    target: (request, effects) =>
      issued.has(request.headers.authorization ?? '') ? answerOfVendor(request, effects) : { status: 401 },
  };
}

function answerOfVendor({ method, path, headers }: FakeRequest, effects: string[]): FakeReply {
  const key = /^\/vorgaenge\/(.+)$/.exec(path)?.[1];
  if (!key) return { status: 404 };
  if (method === 'PUT' && headers['x-mandant'] !== '4711') return { status: 400 };
  if (method === 'PUT' && !effects.includes(key)) effects.push(key);
  return effects.includes(key)
    ? { status: 200, body: { vorgang: { nummer: 1000 + effects.indexOf(key) } } }
    : { status: 404 };
}
