import type { Format } from '#adapters/contract.js';
import type { Schema } from '#fim/model.js';
import type { Validator } from '#fim/validator.js';
import type { RowIndex } from './mapping.js';
import type { ProcessFile } from './process-file.js';
import type { Program } from './program.js';

/** A process, ready to run. */
export interface Process extends Omit<ProcessFile, 'schema' | 'mapping'> {
  /** What it was made from, its expressions in place. */
  written: ProcessFile;
  /** Folder of process.json; absent for a process made in code, or imported. */
  folder?: string;
  /** For a submission's record and the delivery. */
  schema: { id: string; version: string };
  model: Schema;
  validator: Validator;
  rows: RowIndex;
  /** Makes the instance where the mapping is JSONata; else the rows do. */
  mapper?: Program<unknown>;
  /** The compiled request or message of each step that has one, by step name. */
  programs: Map<string, Program>;
  /** The compiled templates of each step that has some, by step name and their own. */
  templates: Map<string, Map<string, Template>>;
}

/** A template, ready to run. */
export interface Template {
  title: string;
  format: Format;
  /** Of a CSV. */
  columns?: string[];
  program: Program;
}
