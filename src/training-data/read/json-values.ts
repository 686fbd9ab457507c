import { maxLineBytes, type RawLine } from './lines.ts';

const space = 32;
const comma = 44;
const quoteMark = 34;
const backslash = 92;
const openers = new Set([91, 123]);
const closers = new Set([93, 125]);

/**
 * Yields the JSON values of a text as if each were a line: the items of one large array, or values one after another.
 * Line and byte offset are where the value begins. Brackets around an array, commas and whitespace between values are
 * skipped. Calls `cut` with the number of complete values if an array does not end.
 */
export async function* jsonValues(
  chunks: AsyncIterable<Uint8Array>,
  arranged: 'array' | 'values',
  cut: (complete: number) => void,
): AsyncGenerator<readonly RawLine[]> {
  const values = new ValueReader(arranged === 'array' ? 1 : 0);
  let complete = 0;
  for await (const chunk of chunks) {
    const batch = values.add(chunk);
    complete += batch.length;
    if (batch.length > 0) yield batch;
  }
  const last = values.end();
  if (last !== undefined) yield [last];
  if (values.breaksOff) cut(complete);
}

interface Value {
  readonly line: number;
  readonly offset: number;
  /** Its bytes from earlier chunks; dropped once the value is too long. */
  readonly parts: Uint8Array[];
  length: number;
}

class ValueReader {
  /** How many brackets are around the values: 1 in an array. */
  readonly #around: number;
  #line = 1;
  /** Offset of the first byte of the current chunk. */
  #offset = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #value: Value | undefined;

  constructor(around: number) {
    this.#around = around;
  }

  add(chunk: Uint8Array): readonly RawLine[] {
    const done: RawLine[] = [];
    let begin = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#begins(byte)) {
        this.#value = { line: this.#line, offset: this.#offset + at, parts: [], length: 0 };
        begin = at;
      } else if (this.#value !== undefined && this.#endsBefore(byte))
        done.push(this.#close(this.#value, chunk.subarray(begin, at), true));
      this.#step(byte);
      if (this.#value !== undefined && this.#endsWith(byte))
        done.push(this.#close(this.#value, chunk.subarray(begin, at + 1), true));
      if (byte === 10) this.#line += 1;
    }
    if (this.#value !== undefined) keep(this.#value, chunk.slice(begin));
    this.#offset += chunk.length;
    return done;
  }

  /** A value that is cut off by the end of the file. */
  end(): RawLine | undefined {
    return this.#value && this.#close(this.#value, new Uint8Array(), false);
  }

  /** Whether the text ended inside the array. */
  get breaksOff(): boolean {
    return this.#around > 0 && this.#depth > 0;
  }

  #begins(byte: number): boolean {
    return (
      this.#value === undefined &&
      this.#depth >= this.#around &&
      byte > space &&
      byte !== comma &&
      !closers.has(byte)
    );
  }

  /** In an array, whatever is between two commas is one value. */
  #endsBefore(byte: number): boolean {
    if (this.#inString || this.#depth !== this.#around) return false;
    return this.#around > 0 ? byte === comma || closers.has(byte) : byte === 10;
  }

  /** Outside an array, the last bracket ends a value. */
  #endsWith(byte: number): boolean {
    return this.#around === 0 && this.#depth <= 0 && !this.#inString && closers.has(byte);
  }

  #step(byte: number): void {
    if (this.#inString) {
      this.#inString = this.#escaped || byte !== quoteMark;
      this.#escaped = !this.#escaped && byte === backslash;
    } else if (byte === quoteMark) this.#inString = true;
    else if (openers.has(byte)) this.#depth += 1;
    else if (closers.has(byte)) this.#depth = Math.max(0, this.#depth - 1);
  }

  #close(value: Value, rest: Uint8Array, ended: boolean): RawLine {
    const { line, offset } = value;
    keep(value, rest);
    this.#value = undefined;
    const bytes = Buffer.concat(value.parts);
    return { line, offset, bytes, ended, ...(value.length > maxLineBytes && { tooLong: value.length }) };
  }
}

function keep(value: Value, part: Uint8Array): void {
  value.length += part.length;
  value.parts.push(part);
  if (value.length > maxLineBytes) value.parts.length = 0;
}
