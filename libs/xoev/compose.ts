import type { Json } from '#submission/vocabulary.js';
import { fitAll, type Policy } from './characters.js';
import { codeOf, type Head, writeHead } from './head.js';
import { type StandardVersion, standardOf, standardOn } from './standards.js';
import { Unwritable, writeXml } from './write.js';

/** Who made the message. */
export interface Product {
  name: string;
  maker: string;
  version: string;
}

/** A message as it goes out, and what kind it is. */
export interface Composed {
  xml: Buffer;
  /** `` where the root has none. */
  namespace: string;
  /** The root's name without prefix. */
  name: string;
  /** `1200`, where the name has a number. */
  code?: string;
  /** Absent: a message that we know nothing about. */
  standard?: StandardVersion;
  /** How many characters were replaced because the standard does not have them. */
  changed: number;
}

/**
 * Makes an XÖV message of what a process's template says. A root with the prefix of a standard (`xbauk:universellerAntrag.antrag.1200`) and no namespace of its own gets
 * those of the version in force on `day`: namespace, attributes, head. Any other message is taken as it is, but for the characters of a standard that is known by its namespace.
 * Elements without content are left out where the standard is named by its prefix: XÖV has none.
 * @param about.characters what becomes of characters that DIN 91379 does not have. Default: the message is refused
 * @throws Unwritable, in German, without values
 */
export function compose(
  message: Json,
  about: { head: Head; product: Product; day: Date; characters?: Policy },
): Composed {
  const [entry, ...more] = isObject(message) ? Object.entries(message) : [];
  if (!entry || more.length > 0 || !isObject(entry[1]))
    throw new Unwritable('Eine XÖV-Nachricht hat genau ein Wurzelelement.');
  const [root, content] = entry;
  const [prefix, name] = root.includes(':') ? (root.split(':', 2) as [string, string]) : ['', root];
  const declared = content[prefix ? `@xmlns:${prefix}` : '@xmlns'];
  const policy = about.characters ?? 'refuse';
  if (declared !== undefined || prefix === '') return asGiven(root, name, content, String(declared ?? ''), policy);
  const standard = standardOn(prefix, about.day);
  if (!standard) throw new Unwritable(`Zum Präfix ${prefix} gilt heute keine Version eines Standards.`);
  const number = codeOf(name);
  if (standard.head !== 'none' && !number) throw new Unwritable('Der Name der Nachricht nennt keinen Nachrichtentyp.');
  const { name: produkt, maker, version } = about.product;
  const signed = { '@produkt': produkt, '@produkthersteller': maker, '@produktversion': version };
  const whole = {
    [`@xmlns:${prefix}`]: standard.namespace,
    ...(standard.head !== 'none' && signed),
    ...Object.fromEntries(Object.entries(standard.attributes).map(([key, value]) => [`@${key}`, value])),
    ...(standard.head !== 'none' && writeHead(standard, number!, about.head)),
    ...content,
  };
  return {
    ...fitting(root, filled(whole) ?? {}, policy),
    namespace: standard.namespace,
    name,
    ...(number && { code: number }),
    standard,
  };
}

function asGiven(root: string, name: string, content: Json, namespace: string, policy: Policy): Composed {
  const standard = namespace ? standardOf(namespace) : undefined;
  const number = codeOf(name);
  return {
    ...(standard ? fitting(root, content, policy) : { changed: 0, xml: Buffer.from(writeXml({ [root]: content })) }),
    ...{ namespace, name },
    ...(number && { code: number }),
    ...(standard && { standard }),
  };
}

/** With the characters of the standard only. */
function fitting(root: string, content: Json, policy: Policy): Pick<Composed, 'changed' | 'xml'> {
  const fitted = fitAll(content, policy);
  if ('refused' in fitted) throw new Unwritable(foreign(fitted.refused));
  return { changed: fitted.changed, xml: Buffer.from(writeXml({ [root]: fitted.message })) };
}

const foreign = ({ at, character }: { at: string; character: string }) =>
  `Die Angabe ${at.split('/').at(-1)} enthält das Zeichen ${character}; der Standard kennt nur die der DIN 91379.`;

/** Without elements that hold nothing; undefined where nothing is left. Which list a code would be from is nothing. */
function filled(value: Json): Json | undefined {
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => filled(item) ?? []);
    return items.length > 0 ? items : undefined;
  }
  if (!isObject(value)) return value === null || (typeof value === 'string' && value.trim() === '') ? undefined : value;
  const kept = Object.entries(value).flatMap(([name, item]): [string, Json][] => {
    const rest = filled(item);
    return rest === undefined ? [] : [[name, rest]];
  });
  return kept.some(([name]) => !listed.includes(name)) ? Object.fromEntries(kept) : undefined;
}

const listed = ['@listURI', '@listVersionID'];

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
