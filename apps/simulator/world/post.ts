import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime, { type Attachment } from 'postal-mime';

/** A mail as the list shows it. */
export interface Mail {
  /** The task's id, from the Message-ID. */
  key: string;
  /** ISO 8601. */
  at: string;
  to: string[];
  subject: string;
  files: { filename: string; size: number }[];
}

/** How many mails are kept. */
const most = 200;

/** The authorities' mailboxes: the last 200 mails, kept as `<key>.eml`. */
export class Post {
  #mails: Mail[] = [];

  private constructor(readonly folder: string) {}

  static async open(folder: string): Promise<Post> {
    await mkdir(folder, { recursive: true });
    const post = new Post(folder);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
    for (const name of names)
      post.#mails.push(
        await described(name.slice(0, -4), await readFile(join(folder, name)), (await stat(join(folder, name))).mtime),
      );
    post.#mails.sort((a, b) => a.at.localeCompare(b.at));
    return post;
  }

  /** Durable when it resolves; a second mail under the same key replaces the first. */
  async keep(key: string, bytes: Buffer, at: Date): Promise<void> {
    await writeFile(join(this.folder, `${key}.eml`), bytes, { mode: 0o600, flush: true });
    const mail = await described(key, bytes, at);
    this.#mails = [...this.#mails.filter((other) => other.key !== key), mail];
    for (const { key: old } of this.#mails.splice(0, Math.max(0, this.#mails.length - most)))
      await rm(join(this.folder, `${old}.eml`), { force: true });
  }

  /** Newest first. */
  list(): Mail[] {
    return this.#mails.toReversed();
  }

  async read(key: string): Promise<Buffer | undefined> {
    return this.#mails.some((mail) => mail.key === key) ? readFile(join(this.folder, `${key}.eml`)) : undefined;
  }

  /** The first attachment of that type. */
  async file(key: string, mimetype: string): Promise<Buffer | undefined> {
    const bytes = await this.read(key);
    const found = bytes && (await PostalMime.parse(bytes)).attachments.find(({ mimeType }) => mimeType === mimetype);
    return found && Buffer.from(bytesOf(found));
  }
}

async function described(key: string, bytes: Buffer, at: Date): Promise<Mail> {
  const { subject = '', to = [], attachments } = await PostalMime.parse(bytes);
  return {
    key,
    subject,
    at: at.toISOString(),
    to: to.flatMap(({ address }) => address ?? []),
    files: attachments.map((file) => ({ filename: file.filename ?? '', size: bytesOf(file).byteLength })),
  };
}

/** The parser was not asked for texts, so the content is bytes. */
const bytesOf = ({ content }: Attachment) => content as ArrayBuffer;
