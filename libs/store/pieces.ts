/** Pieces of bytes that travel as one parameter: a list of them would be written as text. */
export class Pieces {
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  /** Where it begins, from 1 as SQL's `substring` counts, and how long it is. */
  add(piece: Uint8Array): { since: number; size: number } {
    const since = this.#length + 1;
    this.#pieces.push(piece);
    this.#length += piece.byteLength;
    return { since, size: piece.byteLength };
  }

  bytes(): Buffer {
    return Buffer.concat(this.#pieces, this.#length);
  }
}
