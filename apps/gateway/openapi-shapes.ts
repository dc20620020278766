import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

/** The shapes that the descriptions of several routes share. */

const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
  },
};
const fieldError = {
  type: 'object',
  properties: Object.fromEntries(
    ['pointer', 'formField', 'fimField', 'label', 'code', 'message'].map((name) => [name, { type: 'string' }]),
  ),
};
const invalidForm = {
  ...problem,
  properties: { ...problem.properties, errors: { type: 'array', maxItems: 100, items: fieldError } },
};

/** Describes refusals: status → what it means for this route. */
export const Refusals = (refusals: Record<number, string>) =>
  applyDecorators(
    ...Object.entries(refusals).map(([status, description]) =>
      ApiResponse({
        status: Number(status),
        description,
        content: { 'application/problem+json': { schema: status === '422' ? invalidForm : problem } },
      }),
    ),
  );

export const uuid = { type: 'string', format: 'uuid' };
export const text = { type: 'string' };
export const time = { type: 'string', format: 'date-time' };
export const nullable = (schema: object) => ({ ...schema, nullable: true });
export const object = (properties: Record<string, object>) => ({ type: 'object', properties });
export const list = (items: object) => ({ type: 'array', items });
export const jsonContent = (schema: object) => ({ 'application/json': { schema } });

/** The refusals that every route has. */
export const commonRefusals = {
  401: 'Token fehlt oder gilt nicht',
  403: 'Rolle oder Scope reicht nicht',
  429: 'Zu viele Anfragen; siehe Retry-After',
  503: 'Nicht verfügbar; siehe Retry-After',
};
