import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * German sentences: relative links in Markdown that lead nowhere, to a file or to a heading. `pages`: path from the
 * root → text.
 */
export function deadLinks(pages: Map<string, string>, root: string): string[] {
  return [...pages].flatMap(([page, text]) =>
    linksOf(text).flatMap((link) => {
      const [path, heading] = link.split('#') as [string, string?];
      const file = path ? join(dirname(page), path) : page;
      if (!pages.has(file) && !existsSync(join(root, file))) return [`${page}: ${link} führt ins Leere.`];
      const target = pages.get(file);
      if (heading && target && !headingsOf(target).includes(heading))
        return [`${page}: ${link}: diese Überschrift gibt es nicht.`];
      return [];
    }),
  );
}

/** Targets of `[text](target)` outside of code, without those that leave the repository. */
function linksOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!).filter((link) => !/^[a-z]+:/.test(link));
}

/** As code hosts make them: lower case, blanks to hyphens, no punctuation. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
