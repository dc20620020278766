import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { HttpAnswer } from '../contract.js';

/** The target's own reference: where the JSON pointer (RFC 6901) leads in the body, JSON or XML, else `Location`. At most 500 characters. */
export function referenceOf(answer: HttpAnswer, pointer: string): string | undefined {
  const value = at(bodyOf(answer), pointer);
  const said = typeof value === 'number' ? String(value) : value;
  const isReference = typeof said === 'string' && said !== '' && said.length <= 500;
  return isReference ? said : answer.headers['location']?.slice(0, 500);
}

function at(body: unknown, pointer: string): unknown {
  const steps = pointer.slice(1).split('/');
  return steps.reduce((value: unknown, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
      ? Reflect.get(value, name)
      : undefined;
  }, body);
}

function bodyOf(answer: HttpAnswer): unknown {
  const text = answer.text();
  try {
    return text.trimStart().startsWith('<') ? xmlOf(text) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Longer answers are no receipts. */
const longest = 1024 * 1024;
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
});

/** Elements by name, attributes as `@name`, as templates write them. No document type: nothing expands. */
function xmlOf(text: string): unknown {
  const isPlain = text.length <= longest && !text.includes('<!DOCTYPE') && XMLValidator.validate(text) === true;
  return isPlain ? parser.parse(text) : undefined;
}
