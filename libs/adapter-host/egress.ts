import { lookup as lookUp } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Settings } from '#settings/settings.js';

/** Which addresses this installation connects to, whatever a name says. */
export interface Egress {
  /** The same for the same rules. */
  name: string;
  /** @param address IPv4 or IPv6, in any spelling */
  permits(address: string): boolean;
  /**
   * For `node:net`: resolves a name when the connection is made, and passes on only addresses that are permitted. So a
   * name that has just been looked at cannot point elsewhere now. Fails with {@link NetworkRefused} where none is left.
   */
  lookup: LookupFunction;
}

/** The host as an address has it: `127.1`, `0x7f.1` and `2130706433` are all `127.0.0.1`. */
export const canonical = (host: string): string =>
  URL.parse(`http://${isIP(host) === 6 ? `[${host}]` : host}/`)?.hostname.replace(/^\[|\]$/g, '') ?? host;

/** All addresses of a host lie in networks that are not allowed. */
export class NetworkRefused extends Error {
  override name = 'NetworkRefused';
}

/** Not for everybody (RFC 6890 and the registries of special-purpose addresses at IANA). */
const special = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
  // unspecified, loopback and IPv4-compatible; NAT64 and 6to4, which may hide an IPv4 address; discard, Teredo
  ...['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '100::/64', '2001::/23', '2001:db8::/32'],
  ...['fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
];

type EgressSettings = Pick<Settings, 'stage' | 'ALLOWED_NETWORKS'>;

const known = new Map<string, Egress>();

/**
 * In production, and wherever `ALLOWED_NETWORKS` is set, only public addresses and those networks; else any address.
 */
export function egressOf({ stage, ALLOWED_NETWORKS: allowed }: EgressSettings): Egress {
  const name = stage === 'production' || allowed.length > 0 ? `public ${allowed.join()}` : 'any';
  const egress = known.get(name) ?? openEgress(name, name === 'any' ? undefined : allowed);
  known.set(name, egress);
  return egress;
}

type Resolve = typeof lookUp;

/** @param allowed networks besides the public ones; absent: every address is permitted */
export function openEgress(name: string, allowed: string[] | undefined, resolve: Resolve = lookUp): Egress {
  const refused = blockList(special);
  const opened = blockList(allowed ?? []);
  const permits = (address: string) => {
    if (!allowed) return true;
    const [plain = ''] = address.split('%');
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
    return opened.check(plain, family) || !(refused.check(plain, family) || ownAddresses().check(plain, family));
  };
  const lookup: LookupFunction = (host, options, done) =>
    resolve(host, { ...options, all: true }, (error, found) => {
      const addresses = error ? [] : found.filter(({ address }) => permits(address));
      const failure = error ?? (addresses.length === 0 ? new NetworkRefused(`${host} is in no allowed network`) : null);
      if (failure) done(failure, []);
      else if (options.all) done(null, addresses);
      else done(null, addresses[0]!.address, addresses[0]!.family);
    });
  return { name, permits, lookup };
}

function blockList(networks: string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

/** This host's: what listens here is not for adapters, also where the address is a public one. */
const ownAddresses = () =>
  blockList(Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []));
