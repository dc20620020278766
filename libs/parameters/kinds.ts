import { z } from 'zod';
import type { Json } from '#submission/vocabulary.js';

/** A parameter as a process declares it in `schemas/processes/`. */
export interface ProcessParameter {
  name: string;
  type: 'text' | 'money' | 'integer' | 'number' | 'boolean' | 'date';
  title: string;
  description: string;
  /** For people: `EUR je Jahr`. */
  unit?: string;
  required?: boolean;
  default?: Json;
  /** Of a text: a regular expression for the whole value. */
  pattern?: string;
  minimum?: number;
  maximum?: number;
  secret?: boolean;
}

/** Money is text with two decimals (`"108.00"`): a number would lose cents. */
export function schemaOf(parameter: ProcessParameter): z.ZodType {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = parameter;
  const range = (value: number) => value >= minimum && value <= maximum;
  const outside = { error: `Der Wert muss zwischen ${minimum} und ${maximum} liegen` };
  switch (parameter.type) {
    case 'money':
      return z
        .string()
        .regex(/^(0|[1-9]\d{0,9})\.\d{2}$/, 'Erwartet wird ein Betrag wie "108.00"')
        .refine((text) => range(Number(text)), outside);
    case 'integer':
      return z.int().refine(range, outside);
    case 'number':
      return z.number().refine(range, outside);
    case 'boolean':
      return z.boolean();
    case 'date':
      return z.iso.date();
    case 'text':
      return z
        .string()
        .max(4000)
        .regex(new RegExp(`^(?:${parameter.pattern ?? '[^]*'})$`, 'u'), 'Der Wert passt nicht zum vorgegebenen Muster');
  }
}
