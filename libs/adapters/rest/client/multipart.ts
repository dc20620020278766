import type { Attachment } from '../../contract.js';

export interface MultipartMessage {
  body: string;
  /** Media type of the body. */
  type: string;
  messagePart: string;
  filePart: string;
  boundary: string;
}

/**
 * The message and its attachments as multipart/form-data (RFC 7578). The same parts and boundary make the same bytes.
 */
export async function multipart(message: MultipartMessage, attachments: Attachment[]) {
  const { body, type, messagePart, filePart, boundary } = message;
  const chunks = [part(boundary, `name="${messagePart}"`, type), Buffer.from(body)];
  for (const { filename, mimetype, content } of attachments) {
    chunks.push(part(boundary, `name="${filePart}"; filename="${quoted(filename)}"`, plain(mimetype)));
    chunks.push(Buffer.from(await content()));
  }
  chunks.push(Buffer.from(`\r\n--${boundary}--\r\n`));
  return { bytes: Buffer.concat(chunks).subarray(2), type: `multipart/form-data; boundary=${boundary}` };
}

const part = (boundary: string, disposition: string, type: string) =>
  Buffer.from(
    [`\r\n--${boundary}`, `Content-Disposition: form-data; ${disposition}`, `Content-Type: ${type}`, '\r\n'].join(
      '\r\n',
    ),
  );

/** As browsers write names (WHATWG HTML §4.10.21.8): UTF-8, three characters escaped. */
const quoted = (name: string) => name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const plain = (type: string) => (/^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream');
