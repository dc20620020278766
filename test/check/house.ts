/** The width of everything that people read in an editor. */
const width = 120;

interface Rule {
  files: RegExp;
  pattern: RegExp;
  says: string;
}

/** What the house does not have, and how to do without. */
export const rules: Rule[] = [
  { files: /\.ts$/, pattern: /\.\.\.\{/, says: 'ein Objekt wird nicht gestreut, um der Formatierung zu gefallen' },
  { files: /^(apps|libs)\/.*\.ts$/, pattern: /\brow\['/, says: 'Zeilen haben Typen: libs/store/sql' },
  { files: /\.(ts|md|mjs|sql)$/, pattern: /DESIGN\s§/, says: 'zitiert wird nur, was im Repository steht' },
  {
    files: /\.ts$/,
    pattern: /\b(?:name|message) === '\w*(?:Error|Unreadable|Refused|NotSent)'/,
    says: 'ein Fehler wird an seiner Klasse erkannt',
  },
  {
    // libs/store/database.ts and those who migrate ask before there is anything to ask with.
    files: /^(?!libs\/store\/(?:database|migrate|seal-stored|roles|logins)\.ts)(?:apps|libs)\/.*(?<!\.test)\.ts$/,
    pattern: /\.query\(\s*(?:`|')\s*(?:with|select|insert|update|delete)\b/i,
    says: 'SQL steht in libs/store/sql',
  },
];

/** Names that say nothing about what is inside. */
const empty = /(?:^|\/)(?:common|shared|utils?|helpers?|types|base|misc)(?:\.ts|\/)/;

/** German sentences, one for each finding. `files`: path from the root → content. */
export function houseFindings(files: Map<string, string>): string[] {
  return [...files].flatMap(([file, content]) => [
    ...(empty.test(file) ? [`${file}: der Name sagt nicht, was darin ist`] : []),
    ...tooWide(file, content).map((line) => `${file}:${line}: länger als ${width} Zeichen`),
    ...rules
      .filter((rule) => rule.files.test(file))
      .flatMap(({ pattern, says }) =>
        content.split('\n').flatMap((line, n) => (pattern.test(line) ? [`${file}:${n + 1}: ${says}`] : [])),
      ),
  ]);
}

/** Numbers of lines. In Markdown, tables, code and what cannot be broken may be wider. */
function tooWide(file: string, content: string): number[] {
  const isProse = file.endsWith('.md');
  if (isProse && content.startsWith('<!-- Generated')) return [];
  let isCode = false;
  return content.split('\n').flatMap((line, n) => {
    if (isProse && line.trimStart().startsWith('```')) isCode = !isCode;
    const mayBe = isProse && (isCode || line.startsWith('|') || !/\S\s+\S/.test(line.trim()));
    return line.length > width && !mayBe ? [n + 1] : [];
  });
}
