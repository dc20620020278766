import type { Standard } from './model.js';
import { parseXml, schemaFileLimits } from './reading/xml-tree.js';
import { Unreadable } from './unreadable.js';

/**
 * What a schema file itself says about its release: Freigabestatus `1` to `8`, or in XDatenfelder 2.0
 * `inVorbereitung`, `aktiv`, `inaktiv`. The model's `status` maps the latter by Freigabedatum, as the standard's own
 * upcast does. `undefined` where the file says nothing or is unreadable.
 */
export function writtenStatus(xml: string | Uint8Array, standard: Standard): string | undefined {
  try {
    const name = standard === '2.0' ? 'status' : 'freigabestatus';
    const body = parseXml(xml, schemaFileLimits).children.find((child) => child.name !== 'header');
    const holder = body?.children.find((child) => child.name === name);
    return holder?.children.find((child) => child.name === 'code')?.text.trim();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** Approved for use: 5 (silver) or 6 (gold); in XDatenfelder 2.0, which knows no more, `aktiv`. */
export const isApproved = (status: string | undefined, standard: Standard): boolean =>
  standard === '2.0' ? status === 'aktiv' : status === '5' || status === '6';
