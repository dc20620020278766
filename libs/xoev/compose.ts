import type { Json } from '#submission/vocabulary.js';
import { fitAll, type Policy } from './characters.js';
import { codeOf, type Head, writeHead } from './head.js';
import { isObject, type JsonObject } from './json.js';
import { type StandardVersion, standardOf, standardOn } from './standards.js';
import { texts } from './texts.js';
import { Unwritable, writeXml } from './write.js';

/** The software that made the message. */
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
  /** Absent for a message of no standard that we know. */
  standard?: StandardVersion;
  /** How many characters were replaced because the standard does not have them. */
  changed: number;
}

/**
 * Makes an XÖV message of what a process's template says. A root with the prefix of a standard
 * (`xbauk:universellerAntrag.antrag.1200`) and no namespace of its own gets those of the version in force on `day`:
 * namespace, attributes, head. Its elements without content are left out: XÖV allows none. Any other message is taken
 * as it is; only where its namespace is that of a known standard are its characters held to that standard.
 * @param about.characters what becomes of characters that DIN 91379 does not have. Default: the message is refused
 * @throws Unwritable in German, without values
 */
export function compose(
  message: Json,
  about: { head: Head; product: Product; day: Date; characters?: Policy },
): Composed {
  const { root, content } = rootOf(message);
  const [prefix, name] = splitName(root);
  const declared = content[prefix ? `@xmlns:${prefix}` : '@xmlns'];
  const policy = about.characters ?? 'refuse';
  if (declared !== undefined || prefix === '') return asGiven(root, name, content, String(declared ?? ''), policy);
  const standard = standardOn(prefix, about.day);
  if (!standard) throw new Unwritable(texts.compose.noVersion(prefix));
  const code = codeOf(name);
  if (standard.head !== 'none' && !code) throw new Unwritable(texts.compose.noMessageType);
  const whole: JsonObject = {
    [`@xmlns:${prefix}`]: standard.namespace,
    ...(standard.head !== 'none' && signature(about.product)),
    ...Object.fromEntries(Object.entries(standard.attributes).map(([key, value]) => [`@${key}`, value])),
    ...(standard.head !== 'none' && writeHead(standard, code!, about.head)),
    ...content,
  };
  return {
    ...withFittingCharacters(root, filled(whole) ?? {}, policy),
    namespace: standard.namespace,
    name,
    ...(code && { code }),
    standard,
  };
}

function rootOf(message: Json): { root: string; content: JsonObject } {
  const [entry, ...more] = isObject(message) ? Object.entries(message) : [];
  if (!entry || more.length > 0 || !isObject(entry[1])) throw new Unwritable(texts.compose.oneRoot);
  return { root: entry[0], content: entry[1] };
}

/** Prefix (`` where there is none) and local name. */
function splitName(name: string): [prefix: string, local: string] {
  const colon = name.indexOf(':');
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

const signature = ({ name, maker, version }: Product): JsonObject => ({
  '@produkt': name,
  '@produkthersteller': maker,
  '@produktversion': version,
});

function asGiven(root: string, name: string, content: Json, namespace: string, policy: Policy): Composed {
  const standard = namespace ? standardOf(namespace) : undefined;
  const code = codeOf(name);
  return {
    ...(standard
      ? withFittingCharacters(root, content, policy)
      : { changed: 0, xml: Buffer.from(writeXml({ [root]: content })) }),
    namespace,
    name,
    ...(code && { code }),
    ...(standard && { standard }),
  };
}

/** Writes the message with the characters of the standard only, as the policy says. */
function withFittingCharacters(root: string, content: Json, policy: Policy): Pick<Composed, 'changed' | 'xml'> {
  const fitted = fitAll(content, policy);
  if ('refused' in fitted) {
    const { at, character } = fitted.refused;
    throw new Unwritable(texts.compose.foreignCharacter(at.split('/').at(-1)!, character));
  }
  return { changed: fitted.changed, xml: Buffer.from(writeXml({ [root]: fitted.message })) };
}

/** Attributes that say only from which list a code would come. */
const listAttributes = ['@listURI', '@listVersionID'];

/**
 * Leaves out elements without content; returns undefined if nothing is left. An element that has only list attributes
 * has no content.
 */
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
  return kept.some(([name]) => !listAttributes.includes(name)) ? Object.fromEntries(kept) : undefined;
}
