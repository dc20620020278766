import type { Json } from '#submission/vocabulary.js';

/**
 * Replaces every `{name}` that `values` knows. A text that consists of nothing else becomes the value itself, even a
 * number.
 */
export function filled(sample: Json, values: Record<string, string | number>): Json {
  if (typeof sample === 'string') {
    const whole = values[/^\{(\w+)\}$/.exec(sample)?.[1] ?? ''];
    return whole ?? sample.replace(/\{(\w+)\}/g, (text, name: string) => String(values[name] ?? text));
  }
  if (sample === null || typeof sample !== 'object') return sample;
  if (Array.isArray(sample)) return sample.map((one) => filled(one, values));
  return Object.fromEntries(Object.entries(sample).map(([name, value]) => [name, filled(value, values)]));
}
