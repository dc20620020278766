/** What the package offers; `./keywords` stands apart because it needs ajv. */
export { catalogue } from './catalogue.js';
export { diffSchemas, type SchemaChange } from './diff.js';
export { type ErrorCode, errorCodes, type FimError } from './errors.js';
export { type Unfillable, unfillable } from './fillable.js';
export { decodeXml, encodeXml } from './instance-xml.js';
export type { Json, JsonObject } from './json.js';
export { type JsonSchemaOptions, toJsonSchema } from './json-schema.js';
export { type CodeList, type ListFolder, noLists, openListFolder, readCodeList } from './lists.js';
export * from './model.js';
export { type Finding, type Reading, readSchema } from './read.js';
export type { ReadOptions } from './reading/options.js';
export { type Report, report } from './report.js';
export { type NearMiss, nearMisses, type SampleOptions, sample, Unsatisfiable } from './sample.js';
export { toTypeScript } from './typescript.js';
export { Unreadable } from './unreadable.js';
export { compileValidator, type Validator } from './validator.js';
