import { createHash } from 'node:crypto';
import { createSecureContext, rootCertificates } from 'node:tls';
import { Agent } from 'undici';
import type { TlsOptions } from '#adapters/contract.js';
import type { Egress } from './egress.js';

const agents = new Map<string, Agent>();
const mostAgents = 100;

/** The agent for these addresses and certificates: one, and so one set of connections, for each set of them. */
export function agentFor(egress: Egress, { ca, certificate: cert, key }: TlsOptions = {}): Agent {
  const name = createHash('sha256')
    .update(JSON.stringify([egress.name, ca, cert, key]))
    .digest('base64');
  const known = agents.get(name);
  if (known) return known;
  const agent = new Agent({
    allowH2: false,
    connect: {
      timeout: 10_000,
      lookup: egress.lookup,
      ...((ca || cert) && { secureContext: createSecureContext({ ca: ca && [...rootCertificates, ca], cert, key }) }),
    },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 4_000,
  });
  agents.set(name, agent);
  const [oldest] = agents;
  if (agents.size > mostAgents && oldest) {
    agents.delete(oldest[0]);
    void oldest[1].close();
  }
  return agent;
}
