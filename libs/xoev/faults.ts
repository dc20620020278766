import type { ErrorDetail } from 'libxml2-wasm';

/** Faults that are told; the others are counted. */
const most = 20;

/** libxml2 quotes what it found, so of its words only names of elements and attributes, and what kind of fault it is, pass on. */
export function faultsOf(details: ErrorDetail[]): string[] {
  const told = [...new Set(details.map(faultOf))];
  return told.length > most ? [...told.slice(0, most), `und ${told.length - most} weitere`] : told;
}

function faultOf({ message, line }: ErrorDetail): string {
  const [, element, attribute] = /^Element '([^']*)'(?:, attribute '([^']*)')?/.exec(message) ?? [];
  const where = [element && `Element ${local(element)}`, attribute && `Attribut ${local(attribute)}`].filter(Boolean);
  const what = sayings.find(([pattern]) => pattern.test(message));
  const expected = what?.[2] && /Expected is (?:one of )?\( (.*?) \)\.?\s*$/s.exec(message)?.[1];
  const names = expected ? ` (${expected.split(', ').slice(0, 5).map(local).join(', ')})` : '';
  return `${where.join(', ') || 'Nachricht'}, Zeile ${line}: ${what?.[1] ?? 'entspricht nicht dem Schema'}${names}.`;
}

const sayings: [RegExp, string, boolean?][] = [
  [/This element is not expected\. Expected is/, 'steht hier falsch, erwartet wird', true],
  [/This element is not expected/, 'ist hier nicht vorgesehen'],
  [/Missing child element/, 'es fehlt', true],
  [/is required but missing/, 'ein verlangtes Attribut fehlt'],
  [/The attribute '.*' is not allowed/s, 'hat ein Attribut, das nicht vorgesehen ist'],
  [/\[facet 'enumeration'\]/, 'der Wert steht nicht in der Liste'],
  [/\[facet 'pattern'\]/, 'der Wert hat nicht die verlangte Form'],
  [/\[facet '(min|max)?[Ll]ength'\]/, 'der Wert ist zu kurz oder zu lang'],
  [/\[facet '/, 'der Wert liegt nicht in den Grenzen'],
  [/fixed value constraint/, 'der Wert ist nicht der vorgeschriebene'],
  [/is not a valid value/, 'der Wert hat nicht den verlangten Typ'],
  [/Character content/, 'enthält Text, wo keiner stehen darf'],
  [/No matching global/, 'ist keine Nachricht dieses Standards'],
];

/** `{urn:x}name` is `name`; what is no name is none of ours. */
const local = (name: string) => /^(?:\{[^}]*\})?([\p{L}_][\p{L}\p{N}._-]{0,80})$/u.exec(name.trim())?.[1] ?? '…';
