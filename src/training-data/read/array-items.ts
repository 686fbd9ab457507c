import { maxLineBytes, type RawLine } from './lines.ts';

const space = 32;
const comma = 44;
const quoteMark = 34;
const backslash = 92;
const openers = new Set([91, 123]);
const closers = new Set([93, 125]);

/**
 * Yields the items of one large JSON array as if each were a line. Line and byte offset are where the item begins.
 * Brackets around the array and commas between items are skipped.
 */
export async function* arrayItems(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly RawLine[]> {
  const items = new ItemReader();
  for await (const chunk of chunks) {
    const batch = items.add(chunk);
    if (batch.length > 0) yield batch;
  }
  const last = items.end();
  if (last !== undefined) yield [last];
}

interface Item {
  readonly line: number;
  readonly offset: number;
  /** Its bytes from earlier chunks; dropped once the item is too long. */
  readonly parts: Uint8Array[];
  length: number;
}

class ItemReader {
  #line = 1;
  /** Offset of the first byte of the current chunk. */
  #offset = 0;
  /** 0: before the array; 1: between its items. */
  #depth = 0;
  #inString = false;
  #escaped = false;
  #item: Item | undefined;

  add(chunk: Uint8Array): readonly RawLine[] {
    const done: RawLine[] = [];
    let begin = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#begins(byte)) {
        this.#item = { line: this.#line, offset: this.#offset + at, parts: [], length: 0 };
        begin = at;
      } else if (this.#item !== undefined && this.#ends(byte))
        done.push(this.#close(this.#item, chunk.subarray(begin, at), true));
      this.#step(byte);
      if (byte === 10) this.#line += 1;
    }
    if (this.#item !== undefined) keep(this.#item, chunk.slice(begin));
    this.#offset += chunk.length;
    return done;
  }

  /** An item that is cut off by the end of the file. */
  end(): RawLine | undefined {
    return this.#item && this.#close(this.#item, new Uint8Array(), false);
  }

  #begins(byte: number): boolean {
    return (
      this.#item === undefined && this.#depth > 0 && byte > space && byte !== comma && !closers.has(byte)
    );
  }

  #ends(byte: number): boolean {
    return !this.#inString && this.#depth === 1 && (byte === comma || closers.has(byte));
  }

  #step(byte: number): void {
    if (this.#inString) {
      this.#inString = this.#escaped || byte !== quoteMark;
      this.#escaped = !this.#escaped && byte === backslash;
    } else if (byte === quoteMark) this.#inString = true;
    else if (openers.has(byte)) this.#depth += 1;
    else if (closers.has(byte)) this.#depth -= 1;
  }

  #close(item: Item, rest: Uint8Array, ended: boolean): RawLine {
    const { line, offset } = item;
    keep(item, rest);
    this.#item = undefined;
    const bytes = Buffer.concat(item.parts);
    return { line, offset, bytes, ended, ...(item.length > maxLineBytes && { tooLong: item.length }) };
  }
}

function keep(item: Item, part: Uint8Array): void {
  item.length += part.length;
  item.parts.push(part);
  if (item.length > maxLineBytes) item.parts.length = 0;
}
