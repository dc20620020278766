import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const portalSecret = 'ein Geheimnis, das nur Portal und Stellwerk kennen';

/** What a portal was told: `signed` says whether the signature is right, `age` how old it was, in milliseconds. */
export interface Notification {
  type: string;
  submissions: { submissionId: string; caseId: string }[];
  signed: boolean;
  age: number;
  raw: string;
}

/** A portal's end of a callback. `mode`: it answers with this status, or, where it hangs, not at all. */
export async function openCallbackEnd(port = 0) {
  const notifications: Notification[] = [];
  const end = { mode: 204 as number | 'hang', calls: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      end.calls++;
      if (end.mode === 'hang') return;
      if (end.mode < 300) {
        const raw = Buffer.concat(chunks).toString();
        const timestamp = String(request.headers['callback-timestamp']);
        const expected = createHmac('sha512', portalSecret).update(`${timestamp}.${raw}`).digest('hex');
        const signed = request.headers['callback-authentication'] === expected;
        notifications.push({ ...JSON.parse(raw), signed, age: Date.now() - Number(timestamp) * 1000, raw });
      }
      const elsewhere = end.mode >= 300 && end.mode < 400 ? { location: '/anderswo' } : {};
      response.writeHead(end.mode, elsewhere).end();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(end, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    notifications,
    /** The submissions that it was told of, once for each time. */
    notificationsAbout: (submissionId: string, type = 'urn:stellwerk:callback:new-replies') =>
      notifications.filter(
        (one) => one.type === type && one.submissions.some((named) => named.submissionId === submissionId),
      ),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
