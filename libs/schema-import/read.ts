import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CodeList, type ListFolder, readCodeList } from '#fim/lists.js';
import type { Schema } from '#fim/model.js';
import { type Finding, readSchema } from '#fim/read.js';
import { isApproved, writtenStatus } from '#fim/status.js';
import { Problem } from '#problems/problem.js';
import type { CodeListFile } from '#store/imported-schemas.js';
import { texts } from './texts.js';

/** A schema file that has been read, with the code lists that it was bound to. */
export interface SchemaFile {
  model: Schema & { version: string };
  findings: Finding[];
  sha256: string;
  /** As the file writes it. */
  status: string | undefined;
  approved: boolean;
}

/** Code lists by the canonical URI, with or without version, that they are bound to. */
export type GivenLists = Record<string, Uint8Array>;

const mostFindings = 100;

/** What is given for an import: the schema, code lists and rules beside it. */
export interface GivenFiles {
  file: Uint8Array;
  lists: GivenLists;
  rules?: Uint8Array | undefined;
}

/**
 * Reads a schema for an import. `folder` answers for the lists that are not given.
 * @throws Problem `invalid-schema` or `missing-list`, with findings
 */
export function readSchemaFile({ file, lists: given, rules }: GivenFiles, folder: ListFolder): SchemaFile {
  const bind = Object.fromEntries(Object.entries(given).map(([urn, list]) => [urn, readGiven(urn, list)]));
  const missing = new Map<string, { uri: string; version?: string }>();
  const { model, findings } = readSchema(file, { lists: recordingMissing(folder, missing), bind, rules });
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
    const message = texts.file.listUnreadable(urn, error instanceof Error ? error.message : String(error));
    throw new Problem('invalid-schema', message, { findings: [{ severity: 'error', code: 'list', message }] });
  }
}

/** The same folder; adds to `missing` what it does not have. */
function recordingMissing(folder: ListFolder, missing: Map<string, { uri: string; version?: string }>): ListFolder {
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
  const members = { findings: findings.slice(0, mostFindings), errors: errors.length };
  if (missing.length > 0 && errors.every(({ code }) => code === '1115')) {
    const names = missing.map(({ uri, version }) =>
      version === undefined ? uri : texts.file.listInVersion(uri, version),
    );
    return new Problem('missing-list', texts.file.missingLists(names), { ...members, lists: missing });
  }
  const first = errors[0]?.message ?? texts.file.unreadable;
  return new Problem('invalid-schema', texts.file.withMore(first, errors.length - 1), members);
}

function noSchema(version: string | undefined): Problem {
  const message = version === undefined ? texts.file.workingCopy : texts.file.noSchema;
  return new Problem('invalid-schema', message, { findings: [{ severity: 'error', code: 'schema', message }] });
}

/** Warns about a given list that no field asks for: the importer has probably made a mistake. */
function unusedOf(given: GivenLists, { lists }: Schema): Finding[] {
  const asked = new Set(lists.flatMap(({ uri, version, how }) => (how === 'bound' ? [uri, `${uri}_${version}`] : [])));
  return Object.keys(given)
    .filter((urn) => !asked.has(urn))
    .map((urn) => ({
      severity: 'warning',
      code: 'listUnused',
      message: texts.file.unusedList(urn),
    }));
}

/** The files of the lists that a schema was bound to, from those given and those in the folder. */
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
