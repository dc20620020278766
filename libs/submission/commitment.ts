import { hash } from 'node:crypto';

/**
 * A hash of content for the evidence log: with the content and its salt anybody can compute it again, and once the key
 * of the submission is erased, from which the salt is made, nobody can find out by trying what was in it. SHA-256 over
 * salt, line feed and content; base64url.
 */
export const commitmentTo = (salt: string, content: string): string =>
  hash('sha256', `${salt}\n${content}`, 'base64url');

/** What stands for a form: its JSON, and a line for each of its files, in the order of their ids. */
export function formText(json: string, files: { attachmentId: string; sha256: string }[]): string {
  const lines = files.map(({ attachmentId, sha256 }) => `${attachmentId} ${sha256}`);
  return [json, ...lines.sort()].join('\n');
}
