import { Ajv, type ValidateFunction } from 'ajv';
import type { Answer } from './answer.js';

interface Response {
  content?: Record<string, { schema?: object }>;
}
interface Operation {
  requestBody?: object;
  responses: Record<string, Response>;
}
export interface Document {
  paths: Record<string, Record<string, Operation>>;
}

const formats: Record<string, RegExp> = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  date: /^\d{4}-\d\d-\d\d$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
};

/** Compares answers with what an OpenAPI document promises. */
export function contractOf(document: Document) {
  const ajv = new Ajv({ strict: false, formats: { ...formats, binary: true, byte: true } });
  const compiled = new Map<object, ValidateFunction>();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      fits: new RegExp(`^${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '[^/]+')}$`),
      operation,
    })),
  );
  const promised = operations.flatMap(({ name, operation }) =>
    Object.keys(operation.responses).flatMap((status) => (status === 'default' ? [] : [`${name} ${status}`])),
  );
  const unseen = new Set(promised);
  const wrong: string[] = [];

  function validate(schema: object, value: unknown): string | undefined {
    const check = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, check);
    return check(value) ? undefined : ajv.errorsText(check.errors);
  }

  return {
    operations: operations.map(({ name, operation }) => ({ name, hasBody: operation.requestBody !== undefined })),
    /** What was promised and never answered, and what was answered otherwise than promised. */
    unseen,
    wrong,
    /** @param asked as `GET /api/v1/lanes?state=open` */
    note(asked: string, { status, headers, body, text }: Answer): void {
      const [address] = asked.split('?') as [string];
      const found = operations.filter(({ fits }) => fits.test(address));
      const exact = found.find(({ name }) => !name.includes('{')) ?? found[0];
      if (!exact) return void wrong.push(`${asked}: no such operation`);
      const { name, operation } = exact;
      unseen.delete(`${name} ${status}`);
      const promise = operation.responses[String(status)];
      if (!promise) return void wrong.push(`${name}: ${status} is not promised: ${text}`);
      const type = (headers.get('content-type') ?? '').split(';')[0]!;
      const content = promise.content ?? {};
      const media = content[type] ?? content[type.replace(/\/.*/, '/*')] ?? content['*/*'];
      if (!media) return void (text && wrong.push(`${name} ${status}: ${type} is not promised`));
      const problem = /json/.test(type) && media.schema && validate(media.schema, body);
      if (problem) wrong.push(`${name} ${status}: ${problem}`);
    },
  };
}
