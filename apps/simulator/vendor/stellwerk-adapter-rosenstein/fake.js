export const apiKey = 'rosenstein-dev-key';

/** Rosenstein Steuern when it is well. */
export function answer({ method, path, headers }, effects) {
  if (headers['x-schluessel'] !== apiKey) return { status: 401 };
  const asked = /^\/vorgaenge\/(.+)$/.exec(path)?.[1];
  const key = asked ?? String(headers['x-vorgangsschluessel']);
  const vorgang = { vorgang: `RS-${key.slice(0, 18)}` };
  if (method === 'GET' && asked) return effects.includes(key) ? { status: 200, body: vorgang } : { status: 404 };
  if (method !== 'POST' || path !== '/vorgaenge') return { status: 404 };
  if (effects.includes(key)) return { status: 200, body: vorgang };
  effects.push(key);
  return { status: 201, body: vorgang };
}
