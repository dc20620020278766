import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CodeList, type ListFolder, readCodeList } from '#fim/lists.js';
import type { Schema } from '#fim/model.js';
import { type Finding, readSchema } from '#fim/read.js';
import { isApproved, writtenStatus } from '#fim/status.js';
import { Problem } from '#problems/problem.js';
import type { CodeListFile } from '#store/imported-schemas.js';

/** A schema file that can be read, with the code lists it got. */
export interface ReadImport {
  model: Schema & { version: string };
  findings: Finding[];
  sha256: string;
  /** As the file writes it. */
  status: string | undefined;
  approved: boolean;
}

/** Lists by the canonical URI, with or without version, that they are bound to. */
export type GivenLists = Record<string, Uint8Array>;

const shownFindings = 100;

/** Reads a schema for an import. Throws {@link Problem} `invalid-schema` or `missing-list`, with findings. */
export function readImport(file: Uint8Array, given: GivenLists, folder: ListFolder): ReadImport {
  const bind = Object.fromEntries(Object.entries(given).map(([urn, list]) => [urn, readGiven(urn, list)]));
  const missing = new Map<string, { uri: string; version?: string }>();
  const { model, findings } = readSchema(file, { lists: remembering(folder, missing), bind });
  if (!model) throw refusal(findings, [...missing.values()]);
  const { version } = model;
  if (version === undefined || model.message !== '0102') throw noSchema(version);
  const status = writtenStatus(file, model.standard);
  return {
    model: { ...model, version },
    findings: [...findings, ...unusedOf(given, model)],
    sha256: createHash('sha256').update(file).digest('hex'),
    status,
    approved: isApproved(status, model.standard),
  };
}

function readGiven(urn: string, file: Uint8Array): CodeList {
  try {
    return readCodeList(file);
  } catch (error) {
    const message = `Die Codeliste für ${urn} ist nicht lesbar: ${(error as Error).message}`;
    throw new Problem('invalid-schema', message, { findings: [{ severity: 'error', code: 'list', message }] });
  }
}

/** The same folder; what it has not got is written down. */
function remembering(folder: ListFolder, missing: Map<string, { uri: string; version?: string }>): ListFolder {
  return {
    versions: (uri) => folder.versions(uri),
    find(uri, version) {
      const found = folder.find(uri, version);
      if (!found) missing.set(`${uri} ${version}`, { uri, ...(version !== undefined && { version }) });
      return found;
    },
  };
}

function refusal(findings: Finding[], missing: { uri: string; version?: string }[]): Problem {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const members = { findings: findings.slice(0, shownFindings), errors: errors.length };
  if (missing.length > 0 && errors.every(({ code }) => code === '1115')) {
    const names = missing.map(({ uri, version }) => (version === undefined ? uri : `${uri} in Version ${version}`));
    const which = names.length === 1 ? 'Es fehlt die Codeliste' : 'Es fehlen die Codelisten';
    return new Problem('missing-list', `${which} ${names.join(', ')}. Bitte mitgeben (--list URN=DATEI).`, {
      ...members,
      lists: missing,
    });
  }
  const more = errors.length > 1 ? ` (und ${errors.length - 1} weitere)` : '';
  return new Problem('invalid-schema', `${errors[0]?.message ?? 'Die Datei ist nicht lesbar.'}${more}`, members);
}

function noSchema(version: string | undefined): Problem {
  const message =
    version === undefined
      ? 'Das Schema ist eine Arbeitskopie ohne Version und lässt sich nicht übernehmen.'
      : 'Die Datei enthält kein Stammdatenschema (Nachricht 0102), sondern nur eine Gruppe oder ein Feld.';
  return new Problem('invalid-schema', message, { findings: [{ severity: 'error', code: 'schema', message }] });
}

/** A list that no field asks for is a slip of whoever imports. */
function unusedOf(given: GivenLists, { lists }: Schema): Finding[] {
  const asked = new Set(lists.flatMap(({ uri, version, how }) => (how === 'bound' ? [uri, `${uri}_${version}`] : [])));
  return Object.keys(given)
    .filter((urn) => !asked.has(urn))
    .map((urn) => ({
      severity: 'warning',
      code: 'listUnused',
      message: `Die mitgegebene Codeliste ${urn} verlangt kein Feld.`,
    }));
}

/** The files of the lists that a schema was bound to: those given, and those of the folder. */
export function listFiles({ lists }: Schema, given: GivenLists, folder: string): CodeListFile[] {
  const wanted = new Map(lists.map(({ sha256, versionUri }) => [sha256, versionUri]));
  const files = [
    ...Object.values(given),
    ...readdirSync(folder)
      .filter((name) => name.endsWith('.xml'))
      .map((name) => readFileSync(join(folder, name))),
  ];
  const found = new Map(files.map((file) => [createHash('sha256').update(file).digest('hex'), file]));
  return [...wanted].flatMap(([sha256, versionUri]) => {
    const file = found.get(sha256);
    return file ? [{ sha256, versionUri, file }] : [];
  });
}
