/**
 * A file that cannot be read at all: no XML, too large, or not the document it should be. `readSchema` turns it into a
 * finding; `readCodeList` and `decodeXml` throw it.
 */
export class Unreadable extends Error {
  /** @param message German */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
