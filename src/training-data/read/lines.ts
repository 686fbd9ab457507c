/** A line longer than this is reported, not held in memory. */
export const maxLineBytes = 16 * 1024 * 1024;

/** So much of a line that is too long is kept, to show what it is. */
const keptOfLongLine = 1024;

export interface RawLine {
  /** 1-based in its object, or in its piece. */
  readonly line: number;
  /** Byte offset in the decompressed object. */
  readonly offset: number;
  /** Without the newline; a CR before it is kept. Of a line that is too long, only its beginning. */
  readonly bytes: Uint8Array;
  /** A newline stood at its end. */
  readonly ended: boolean;
  /** Set when the line is longer than 16 MiB: its length in bytes. */
  readonly tooLong?: number;
}

interface LineStart {
  readonly line: number;
  readonly offset: number;
}

/**
 * Splits a stream into lines, one batch for each chunk. The bytes of a line are a view of its chunk: whoever keeps
 * a line beyond its batch copies it. `from` is the place of the stream's first byte.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  from: LineStart = { line: 1, offset: 0 },
): AsyncGenerator<readonly RawLine[]> {
  const splitter = new Splitter(from);
  for await (const chunk of chunks) {
    const batch = splitter.add(chunk);
    if (batch.length > 0) yield batch;
  }
  const last = splitter.end();
  if (last !== undefined) yield [last];
}

class Splitter {
  #line: number;
  /** Where the line that is being collected begins. */
  #offset: number;
  /** What is there of a line whose end has not come yet. */
  #open: Uint8Array[] = [];
  #openLength = 0;

  constructor({ line, offset }: LineStart) {
    this.#line = line;
    this.#offset = offset;
  }

  add(bytes: Uint8Array): RawLine[] {
    // Node's search for a byte is fast on Buffers only.
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const batch: RawLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      batch.push(this.#close(chunk.subarray(start, end), true));
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return batch;
  }

  end(): RawLine | undefined {
    return this.#openLength === 0 ? undefined : this.#close(new Uint8Array(), false);
  }

  #keep(part: Uint8Array): void {
    const room = this.#openLength > maxLineBytes ? 0 : part.length;
    this.#openLength += part.length;
    // A copy: the chunk may be large and the rest of it is done with.
    if (room > 0) this.#open.push(Uint8Array.from(part));
    if (room > 0 && this.#openLength > maxLineBytes)
      this.#open = [Uint8Array.from(Buffer.concat(this.#open).subarray(0, keptOfLongLine))];
  }

  #close(last: Uint8Array, ended: boolean): RawLine {
    const { line, offset } = this.#at(last.length + (ended ? 1 : 0));
    if (this.#openLength === 0 && last.length <= maxLineBytes) return { line, offset, bytes: last, ended };
    const length = this.#openLength + last.length;
    const bytes = Buffer.concat([...this.#open, last]);
    this.#open = [];
    this.#openLength = 0;
    if (length <= maxLineBytes) return { line, offset, bytes, ended };
    return {
      line,
      offset,
      bytes: Uint8Array.from(bytes.subarray(0, keptOfLongLine)),
      ended,
      tooLong: length,
    };
  }

  /** Where the line begins that is being closed; the next one begins behind it. */
  #at(rest: number): LineStart {
    const from = { line: this.#line, offset: this.#offset };
    this.#line += 1;
    this.#offset += this.#openLength + rest;
    return from;
  }
}
