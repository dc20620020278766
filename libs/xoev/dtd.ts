/**
 * Finds where a document type declaration begins (XML 1.0, production 28); -1 if there is none. It can stand only
 * before the root, after comments and processing instructions: the same characters in a text or a comment declare
 * nothing.
 *
 * XML of others is refused with one: it could declare entities, and a parser would read all of it first.
 */
export function findDtd(text: string): number {
  let at = text.indexOf('<');
  while (at >= 0) {
    const end = text.startsWith('<?', at) ? '?>' : text.startsWith('<!--', at) ? '-->' : undefined;
    if (!end) return text.startsWith('<!DOCTYPE', at) ? at : -1;
    const over = text.indexOf(end, at + (end === '-->' ? 4 : 2));
    at = over < 0 ? -1 : text.indexOf('<', over);
  }
  return -1;
}

/** Removes the declaration. Only for the installation's own files: schemas of the W3C have one. */
export function withoutDtd(text: string): string {
  const at = findDtd(text);
  return at < 0 ? text : text.slice(0, at) + text.slice(at).replace(/^<!DOCTYPE[^[>]*(?:\[[^\]]*\])?\s*>/, '');
}
