import type { Settings } from '#settings/settings.js';
import type { XmlSchemas } from '#xoev/xsd/schemas.js';
import { openSchemas } from '#xoev/xsd/validate.js';

/** What an installation gives to every call of every adapter. */
export interface Surroundings {
  /** Hosts besides loopback that may be spoken to without TLS. */
  developmentHosts: string[];
  /** Folder below which adapters may write files; absent: nowhere. */
  dropFolder?: string | undefined;
  schemas: XmlSchemas;
}

export function surroundings({
  DEVELOPMENT_HOSTS,
  DROP_FOLDER,
  XOEV_SCHEMAS,
}: Pick<Settings, 'DEVELOPMENT_HOSTS' | 'DROP_FOLDER' | 'XOEV_SCHEMAS'>): Surroundings {
  return { developmentHosts: DEVELOPMENT_HOSTS, dropFolder: DROP_FOLDER, schemas: openSchemas(XOEV_SCHEMAS) };
}

/** Nothing is there: for previews, and for tests that need no more. */
export const bare: Surroundings = { developmentHosts: [], schemas: openSchemas(undefined) };
