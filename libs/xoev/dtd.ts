/**
 * Where a document type declaration begins (XML 1.0, production 28); -1 where there is none. It stands before the root,
 * behind comments and instructions at most: the same characters in a text or a comment are none.
 *
 * No XML of others is taken with one: entities could be declared there, and a parser reads all of it first.
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

/** Takes the declaration out, for files of the installation's own: schemas of the W3C bring one along. */
export function withoutDtd(text: string): string {
  const at = findDtd(text);
  return at < 0 ? text : text.slice(0, at) + text.slice(at).replace(/^<!DOCTYPE[^[>]*(?:\[[^\]]*\])?\s*>/, '');
}
