/** Media type → extension, of the types that people hand in. */
const extensions: Record<string, string> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/tiff': 'tif',
  'text/plain': 'txt',
  'application/xml': 'xml',
};

/** The extension in small letters (`pdf`): that of the name, else that of the media type, else `bin`. */
export const extensionOf = (name: string, mimetype: string): string =>
  (/\.([a-zA-Z0-9]{1,10})$/.exec(name)?.[1] ?? extensions[mimetype] ?? 'bin').toLowerCase();

export interface NamedFile {
  attachmentId: string;
  filename: string;
  mimetype: string;
}

/**
 * Names that XBau takes for files (datatype `Dateiname`): at most 140 characters with an extension, no two alike,
 * whatever their case. The same files get the same names in any order.
 */
export function fileNames(files: NamedFile[]): string[] {
  const names = files.map(fileName);
  const alike = (name: string) => names.filter((other) => other.toLowerCase() === name.toLowerCase()).length;
  return names.map((name, n) =>
    alike(name) > 1 ? name.replace(/\.[^.]*$/, (ending) => `-${files[n]!.attachmentId.slice(-8)}${ending}`) : name,
  );
}

function fileName({ filename, mimetype }: NamedFile): string {
  const plain = filename.normalize('NFC').replace(/[^-a-zA-Z0-9ÄÖÜäöüß _!=+~,;.#°§$%()[\]]/gu, '_');
  const [, stem = plain, extension = extensionOf('', mimetype)] = /^(.*)\.([a-zA-Z0-9]{1,10})$/u.exec(plain) ?? [];
  return `${stem.slice(0, 110) || 'datei'}.${extension}`;
}
