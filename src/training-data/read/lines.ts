/** Longer lines are reported, not held in memory. */
export const maxLineBytes = 16 * 1024 * 1024;

/** How much of an overlong line is kept, to show what it is. */
const keptOfLongLine = 1024;

export interface RawLine {
  /** 1-based within its object, or within its piece. */
  readonly line: number;
  /** Byte offset in the decompressed object. */
  readonly offset: number;
  /** Without the newline, but with a CR before it. Only the beginning of an overlong line. */
  readonly bytes: Uint8Array;
  /** Whether the line ended with a newline. */
  readonly ended: boolean;
  /** The length in bytes of a line over 16 MiB; otherwise absent. */
  readonly tooLong?: number;
}

const lineFeed = 10;
export const carriageReturn = 13;

interface LineStart {
  readonly line: number;
  readonly offset: number;
}

/**
 * Splits a stream into lines, one batch per chunk. The bytes of a line are a view of its chunk, so copy a line that
 * must outlive its batch. `from` is the location of the stream's first byte.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  from: LineStart = { line: 1, offset: 0 },
  separator: number = lineFeed,
): AsyncGenerator<readonly RawLine[]> {
  const splitter = new Splitter(from, separator);
  for await (const chunk of chunks) {
    const batch = splitter.add(chunk);
    if (batch.length > 0) yield batch;
  }
  const last = splitter.end();
  if (last !== undefined) yield [last];
}

class Splitter {
  readonly #separator: number;
  #line: number;
  /** Start of the line being collected. */
  #offset: number;
  /** The bytes so far of a line whose end has not arrived. */
  #open: Uint8Array[] = [];
  #openLength = 0;

  constructor({ line, offset }: LineStart, separator: number) {
    this.#separator = separator;
    this.#line = line;
    this.#offset = offset;
  }

  add(bytes: Uint8Array): RawLine[] {
    // Node's byte search is fast only on Buffers.
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const batch: RawLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(this.#separator); end !== -1; end = chunk.indexOf(this.#separator, start)) {
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
    // A copy, so that the rest of a large chunk can be freed.
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

  /** Returns the start of the line being closed and moves on to the next one. */
  #at(rest: number): LineStart {
    const from = { line: this.#line, offset: this.#offset };
    this.#line += 1;
    this.#offset += this.#openLength + rest;
    return from;
  }
}
