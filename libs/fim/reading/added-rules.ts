import { createHash } from 'node:crypto';
import { type AddedRules, compareVersions, type Edge, keyOf, type Rule, type Schema } from '../model.js';
import { type JsonLines, jsonLines } from '../rules/json-lines.js';
import { literalFor } from '../rules/literal.js';
import { elementAt, judgementOf, type RuleOwner, resolvePath, ruleOwners } from '../rules/paths.js';
import {
  comparisonsOf,
  constantOf,
  isObject,
  mostStatements,
  pathsOf,
  readStatement,
  type Statement,
} from '../rules/statements.js';
import { texts } from '../texts/findings.js';
import type { Findings } from './findings.js';

const words = texts.addedRules;
const largest = 4 * 1024 * 1024;

/**
 * Reads a file of added rules (README, "Added rules") and gives their statements to the schema's rules that they
 * translate. Whatever is wrong with it is an error, so that nobody believes to be enforced what is not; only a
 * statement with an unknown operator is left out with a warning.
 */
export function addRules(schema: Schema, file: string | Uint8Array, findings: Findings): AddedRules {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const reader = openReader(schema, bytes, findings);
  return { version: reader?.read() ?? '', sha256 };
}

function openReader(schema: Schema, bytes: Uint8Array, findings: Findings): Reader | undefined {
  if (bytes.byteLength > largest) {
    findings.error('addedRules', words.tooLong(largest / 1024 / 1024), { file: 'rules' });
    return undefined;
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return new Reader(schema, JSON.parse(text), jsonLines(text), findings);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    const line = /\(line (\d+) /.exec(error.message)?.[1];
    findings.error('addedRules', words.notJson, { file: 'rules', ...(line !== undefined && { line: Number(line) }) });
    return undefined;
  }
}

/** A rule of the schema at one position. */
interface Place {
  owner: RuleOwner;
  rule: Rule;
}

interface Translation {
  id: string;
  places: Place[];
  statements: Statement[];
  refused: string[];
}

class Reader {
  private readonly places: Place[];
  private readonly ids = new Set<string>();
  /** What is given to the schema's rules in the end, because a rule of the schema may be translated in two parts. */
  private readonly translations: Translation[] = [];

  constructor(
    private readonly schema: Schema,
    private readonly content: unknown,
    private readonly at: JsonLines,
    private readonly findings: Findings,
  ) {
    this.places = [...ruleOwners(schema)].flatMap((owner) => owner.rules.map((rule) => ({ owner, rule })));
  }

  /** The version of the file. */
  read(): string {
    for (const pointer of this.at.doubled) this.error(words.doubled(pointer.replace(/.*\//, '')), pointer);
    const file = this.object(this.content, '', ['schema', 'schemaVersion', 'version', 'rules']);
    if (file === undefined) return '';
    const id = this.text(file, 'schema', '');
    const schemaVersion = this.text(file, 'schemaVersion', '');
    const version = this.text(file, 'version', '') ?? '';
    if (id !== undefined && schemaVersion !== undefined && keyOf(id, schemaVersion) !== this.schema.key)
      this.error(words.otherSchema(keyOf(id, schemaVersion), this.schema.key), '/schema');
    if (!/^\d{1,9}(\.\d{1,9}){0,3}$/.test(version) || compareVersions(version, '0') <= 0)
      this.error(words.version, '/version');
    this.list(file, 'rules', '')?.forEach((rule, i) => {
      this.rule(rule, `/rules/${i}`);
    });
    for (const translation of this.translations) give(translation);
    return version;
  }

  private rule(value: unknown, pointer: string): void {
    const given = this.object(value, pointer, ['id', 'rule', 'text', 'statements']);
    if (given === undefined) return;
    const id = this.text(given, 'id', pointer);
    const ruleId = this.text(given, 'rule', pointer);
    const text = this.text(given, 'text', pointer);
    const statements = this.list(given, 'statements', pointer);
    if (id === undefined || ruleId === undefined || text === undefined || statements === undefined) return;
    if (!/^[\w.-]{1,40}$/.test(id)) this.error(words.id, `${pointer}/id`);
    if (this.ids.has(id)) this.error(words.sameId(id), `${pointer}/id`);
    this.ids.add(id);
    const places = this.placesOf(ruleId, text, pointer);
    if (places.length > 0) this.translate(id, places, statements, `${pointer}/statements`);
  }

  /** Where the schema has the rule that is translated; empty where a finding says why not. */
  private placesOf(ruleId: string, text: string, pointer: string): Place[] {
    const named = this.places.filter(({ rule }) => rule.id === ruleId);
    const meant = named.filter(({ rule }) => collapsed(rule.text) === collapsed(text));
    const open = meant.filter(({ rule }) => rule.statements === undefined || rule.refused !== undefined);
    if (named.length === 0) this.error(words.unknownRule(ruleId), `${pointer}/rule`);
    else if (meant.length === 0) this.error(words.otherText(ruleId), `${pointer}/text`);
    else if (open.length === 0) this.error(words.alreadyEnforced(ruleId), `${pointer}/rule`);
    return open;
  }

  private translate(id: string, places: Place[], values: unknown[], pointer: string): void {
    if (values.length > mostStatements) {
      this.error(words.tooManyStatements(mostStatements), pointer);
      return;
    }
    const statements: Statement[] = [];
    const refused: string[] = [];
    values.forEach((value, i) => {
      const read = readStatement(value);
      if (read.statement !== undefined) {
        statements.push(read.statement);
        for (const { owner } of places) this.judge(owner, read.statement, `${pointer}/${i}`);
      } else if (read.operator === undefined) this.error(read.refused, `${pointer}/${i}`);
      else {
        refused.push(read.refused);
        this.findings.warn('addedRules', texts.rule.notExecutable(id, read.refused), this.locate(`${pointer}/${i}`));
      }
    });
    if (statements.length === 0) this.error(words.nothing(id), pointer);
    this.translations.push({ id, places, statements, refused });
  }

  private judge(owner: RuleOwner, statement: Statement, pointer: string): void {
    const missing = pathsOf(statement).filter((path) => resolvePath(this.schema, owner, path) === undefined);
    const place = owner.path || this.schema.id;
    for (const path of missing) this.error(words.unresolvable(path, place), pointer);
    if (missing.length > 0) return;
    if (judgementOf(this.schema, owner, statement) === 'severalLoops') this.error(words.severalLoops, pointer);
    const target = resolvePath(this.schema, owner, statement.target ?? 'self')!;
    if (statement.effect === 'require' && isMandatory(target.down)) this.error(words.mandatory(target.path), pointer);
    if (constantOf(statement.condition ?? true) === (statement.effect === 'valid')) this.error(words.constant, pointer);
    for (const [a, b] of comparisonsOf(statement.condition)) {
      const [field, literal] = typeof a === 'object' ? [a, b] : [b, a];
      if (typeof field !== 'object' || typeof literal === 'object') continue;
      const element = elementAt(this.schema, owner, resolvePath(this.schema, owner, field.identifier)!);
      if (literalFor(element, literal) === undefined)
        this.error(words.impossible(String(literal).slice(0, 40), field.identifier), pointer);
    }
  }

  /** Refuses members that are not `known`. */
  private object(value: unknown, pointer: string, known: string[]): Record<string, unknown> | undefined {
    if (!isObject(value)) {
      this.error(words.noObject, pointer);
      return undefined;
    }
    for (const name of Object.keys(value))
      if (!known.includes(name)) this.error(words.unknown(name.slice(0, 40)), `${pointer}/${name}`);
    return value;
  }

  private text(object: Record<string, unknown>, name: string, pointer: string): string | undefined {
    const value = object[name];
    if (typeof value === 'string' && value.trim() !== '') return value;
    this.error(words.noText(name), name in object ? `${pointer}/${name}` : pointer);
    return undefined;
  }

  private list(object: Record<string, unknown>, name: string, pointer: string): unknown[] | undefined {
    const value = object[name];
    if (Array.isArray(value)) return value;
    this.error(words.noList(name), name in object ? `${pointer}/${name}` : pointer);
    return undefined;
  }

  private error(message: string, pointer: string): void {
    this.findings.error('addedRules', message, this.locate(pointer));
  }

  private locate(pointer: string) {
    const line = this.at.lines.get(pointer);
    return { file: 'rules' as const, ...(line !== undefined && { line }) };
  }
}

/** Elements may share a rule: it gets the statements once. */
function give({ id, places, statements, refused }: Translation): void {
  for (const rule of new Set(places.map(({ rule }) => rule))) {
    rule.statements = [...(rule.statements ?? []), ...statements];
    rule.added = [...(rule.added ?? []), id];
    if (refused.length > 0) rule.refused = [...(rule.refused ?? []), ...refused];
  }
}

/** Whether the way down to a field asks for it anyway. */
const isMandatory = (down: Edge[]) => down.at(-1)?.element.kind === 'field' && down.every(({ min }) => min > 0);

const collapsed = (text: string) => text.replace(/\s+/g, ' ').trim();
