import { within } from '#regions/prefix.js';

export const roles = ['portal', 'municipality', 'operator', 'auditor', 'fachverfahren', 'person'] as const;
export type Role = (typeof roles)[number];

/** The caller, as the access token describes it. */
export interface Principal {
  client: string;
  role: Role;
  scopes: string[];
  /** Region prefixes of a municipality or a Fachverfahren (`08111`, `081150003003`); empty for the others. */
  regions: string[];
  /** Ids of the adapters behind which a Fachverfahren stands; empty for the others. */
  adapters: string[];
  /** The pseudonym of a person in the access log; absent for the others. */
  person?: string;
}

/**
 * How far a right reaches:
 *
 * - `own`: what this client itself sent, or what is about this person
 * - `regions`: its own regions
 * - `inherited`: its own regions and the levels above, whose values apply there
 * - `all`: the whole Land
 */
export type Reach = 'own' | 'regions' | 'inherited' | 'all';

/** Which role has which right. What is not listed here is not allowed. */
export const rights = {
  'submissions:post': { portal: 'own' },
  'submissions:read': { portal: 'own', municipality: 'regions', operator: 'all', auditor: 'all' },
  'replies:post': { fachverfahren: 'regions' },
  'replies:read': { portal: 'own' },
  'callback:read': { portal: 'own' },
  'callback:write': { portal: 'own' },
  'submissions:view': { municipality: 'regions', operator: 'all' },
  'parameters:read': { municipality: 'inherited', operator: 'all', auditor: 'all' },
  'parameters:write': { municipality: 'regions' },
  'adapters:check': { municipality: 'regions', operator: 'all' },
  'dead-letters:read': { municipality: 'regions', operator: 'all', auditor: 'all' },
  'dead-letters:replay': { operator: 'all' },
  'dead-letters:discard': { operator: 'all' },
  'dead-letters:resolve': { operator: 'all' },
  'replays:read': { operator: 'all', auditor: 'all' },
  'lanes:read': { municipality: 'regions', operator: 'all', auditor: 'all' },
  'lanes:probe': { operator: 'all' },
  'schemas:read': { municipality: 'inherited', operator: 'all', auditor: 'all' },
  'schemas:write': { operator: 'all' },
  'access-log:identify': { portal: 'own', municipality: 'regions', auditor: 'all' },
  'access-log:read': { person: 'own', municipality: 'regions', auditor: 'all' },
} as const satisfies Record<string, Partial<Record<Role, Reach>>>;

export type Right = keyof typeof rights;

/** The OAuth scope that a role's token must carry. */
const requiredScopes: Partial<Record<Role, string>> = { portal: 'submissions' };

/** How far `principal` reaches with `right`; `undefined`: not at all. */
export function reach(principal: Principal, right: Right): Reach | undefined {
  const scope = requiredScopes[principal.role];
  if (scope && !principal.scopes.includes(scope)) return undefined;
  const byRole: Partial<Record<Role, Reach>> = rights[right];
  return byRole[principal.role];
}

/**
 * Whether `principal` may use `right`, and in `region` (an ARS or a prefix of one), if given. `own` says nothing about
 * regions: the caller then compares the client.
 */
export function may(principal: Principal, right: Right, region?: string): boolean {
  const far = reach(principal, right);
  if (!far) return false;
  if (region === undefined || far === 'all' || far === 'own') return true;
  return principal.regions.some((own) => within(own, region) || (far === 'inherited' && within(region, own)));
}
