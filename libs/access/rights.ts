import { levelOf, loadRegions, within } from '#regions/regions.js';

export const roles = [
  'portal',
  'municipality',
  'coordinator',
  'land',
  'operator',
  'auditor',
  'fachverfahren',
  'person',
] as const;
export type Role = (typeof roles)[number];

/** Of one person: one pseudonym for each key in force, hex, joined by full stops, newest first. */
export const pseudonymPattern = /^[0-9a-f]{64}(\.[0-9a-f]{64}){0,9}$/;

/** The caller, as the access token describes it. */
export interface Principal {
  client: string;
  role: Role;
  scopes: string[];
  /**
   * Region prefixes of a municipality, a coordinator (Kreis, Verband), the Land or a Fachverfahren (`08111`,
   * `081150003003`); empty for the others.
   */
  regions: string[];
  /** Ids of the adapters behind which a Fachverfahren stands; empty for the others. */
  adapters: string[];
  /** The pseudonyms of a person in the access log ({@link pseudonymPattern}); absent for the others. */
  person?: string;
  /** What regions below have entrusted to it, and what holds now. */
  mandates?: Mandate[];
}

/** A region lets a level above act in its name. */
export interface Mandate {
  region: string;
  scope: MandateScope;
}

/** What a region may entrust to a level above, and the rights that this gives. */
export const mandateScopes = {
  /** To see and set its values, and to test its connections. */
  parameters: ['parameters:read', 'parameters:write', 'adapters:check'],
  /** To see what citizens wrote, and each task explained. */
  content: ['submissions:view', 'submissions:find', 'dead-letters:explain'],
} as const satisfies Record<string, readonly Right[]>;

export type MandateScope = keyof typeof mandateScopes;

/**
 * How far a right reaches:
 *
 * - `own`: what this client itself sent, or what is about this person
 * - `regions`: its own regions and no level below them, and those that gave it a mandate for it
 * - `inherited`: as `regions`, and the levels above, whose values apply there
 * - `below`: its own regions and all below them; never for content or values, except of a Fachverfahren
 * - `all`: the whole Land
 */
export type Reach = 'own' | 'regions' | 'inherited' | 'below' | 'all';

/** A town, the levels above it, and those who look after everything. */
const bodies = { municipality: 'regions', coordinator: 'regions', land: 'regions' } as const;
const heirs = { municipality: 'inherited', coordinator: 'inherited', land: 'inherited' } as const;
/** A level above sees states and counts of those below. */
const overseers = { municipality: 'regions', coordinator: 'below', land: 'below' } as const;
const all = { operator: 'all', auditor: 'all' } as const;

/** Which role has which right. What is not listed here is not allowed. */
export const rights = {
  'submissions:post': { portal: 'own' },
  'submissions:read': { portal: 'own', ...overseers, ...all },
  'replies:post': { fachverfahren: 'below' },
  'replies:read': { portal: 'own' },
  'callback:read': { portal: 'own' },
  'callback:write': { portal: 'own' },
  'submissions:view': { ...bodies, operator: 'all' },
  /** By person. The operator needs no names: a case has a number. */
  'submissions:find': bodies,
  'readiness:read': { ...overseers, ...all },
  'parameters:read': { ...heirs, ...all },
  'parameters:write': bodies,
  'mandates:read': { ...bodies, ...all },
  'mandates:write': { municipality: 'regions', coordinator: 'regions' },
  'adapters:check': { ...bodies, operator: 'all' },
  'dead-letters:read': { ...overseers, ...all },
  'dead-letters:explain': { ...bodies, ...all },
  'dead-letters:replay': { operator: 'all' },
  'dead-letters:discard': { operator: 'all' },
  'dead-letters:resolve': { operator: 'all' },
  'replays:read': all,
  'lanes:read': { ...overseers, ...all },
  'lanes:probe': { operator: 'all' },
  'schemas:read': { ...heirs, ...all },
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
  const reaches = principal.regions.some(
    (own) =>
      isSame(own, region) || (far === 'below' && within(own, region)) || (far === 'inherited' && within(region, own)),
  );
  return reaches || isEntrusted(principal, right, region);
}

/**
 * Prefixes of the municipalities in which `principal` has a right that reaches no level below: its own, and those that
 * gave it a mandate.
 */
export function municipalitiesWith(principal: Principal, right: Right): string[] {
  const all = [...principal.regions, ...(principal.mandates ?? []).map(({ region }) => region)];
  return [...new Set(all)].filter((region) => isMunicipality(region) && may(principal, right, region));
}

/** A mandate holds for a level above the region that gave it, and for nothing below that region. */
function isEntrusted({ regions, mandates = [] }: Principal, right: Right, region: string): boolean {
  return mandates.some(
    (mandate) =>
      mandateScopes[mandate.scope].some((entrusted) => entrusted === right) &&
      isSame(mandate.region, region) &&
      regions.some((own) => within(own, mandate.region)),
  );
}

/** Whether both are one body: a Stadtkreis and its only municipality are. */
function isSame(own: string, region: string): boolean {
  return own === region || (within(own, region) && isMunicipality(own));
}

const isMunicipality = (region: string) => loadRegions().below(region).length === 1;

const fits: Partial<Record<Role, (region: string) => boolean>> = {
  municipality: isMunicipality,
  coordinator: (region) => ['verband', 'kreis', 'regierungsbezirk'].includes(levelOf(region) ?? ''),
  land: (region) => levelOf(region) === 'land',
  fachverfahren: () => true,
};

/** Those of a token's regions that fit its role: a Kreis is no municipality. */
export const regionsOf = (role: Role, regions: string[]): string[] => regions.filter((one) => fits[role]?.(one));
