import type { Datasets, StoredObject } from '../../ports/datasets.ts';
import type { Problem } from '../judge/problem.ts';
import { type FoundObject, findObjects } from '../read/find-objects.ts';
import { type Format, isSplittable } from '../read/format.ts';
import { type InspectedObject, inspectObject } from '../read/inspect-object.ts';
import type { ObjectNote, Piece, Plan } from './piece.ts';

/** Large enough that the overhead per piece is negligible, small enough that several threads finish together. */
export const defaultPieceBytes = 32 * 1024 * 1024;

export interface Planned {
  readonly plan: Plan;
  /** The beginnings of the first readable objects, which show the schema. */
  readonly heads: readonly Head[];
}

export interface Head {
  readonly object: StoredObject;
  readonly format: Format;
  /** Decompressed and as UTF-8; the stored bytes of parquet. */
  readonly bytes: Uint8Array;
}

/** A data set may be a thousand shards of one form. */
export const maxHeads = 8;

/** Splits the objects that can be split; all others must be read from the beginning. */
export async function planPieces(
  uris: readonly StoredObject['uri'][],
  datasets: Datasets,
  pieceBytes: number,
): Promise<Planned> {
  const planner = new Planner(pieceBytes);
  const heads: Head[] = [];
  for (const one of await findObjects(uris, datasets)) {
    if (one.beside) continue;
    const inspected = one.object && (await inspectObject(one.object, datasets));
    planner.add(one, inspected);
    if (one.object !== undefined && inspected?.format !== undefined && heads.length < maxHeads)
      heads.push({ object: one.object, format: inspected.format, bytes: inspected.head });
  }
  return { plan: planner.plan(bytesPerRecord(heads)), heads };
}

/** For compressed objects, or if the beginnings show nothing. Low, because overestimating the records is safer. */
const defaultBytesPerRecord = 100;

function bytesPerRecord(heads: readonly Head[]): number {
  let [bytes, lines] = [0, 0];
  for (const head of heads) {
    if (!isSplittable(head.format)) return defaultBytesPerRecord;
    bytes += head.bytes.length;
    for (const byte of head.bytes) if (byte === 10) lines += 1;
  }
  return lines === 0 ? defaultBytesPerRecord : bytes / lines;
}

class Planner {
  readonly #pieceBytes: number;
  readonly #pieces: Omit<Piece, 'recordsInAll'>[] = [];
  readonly #notes: ObjectNote[] = [];
  readonly #keys: string[] = [];
  #objects = 0;
  #bytes = 0;

  constructor(pieceBytes: number) {
    this.#pieceBytes = pieceBytes;
  }

  add({ key, object, problem }: FoundObject, inspected: InspectedObject | undefined): void {
    const number = this.#keys.length;
    for (const wrong of [problem, ...(inspected?.problems ?? [])])
      if (wrong !== undefined) this.#note(number, wrong);
    if (object !== undefined) {
      this.#objects += 1;
      this.#bytes += object.size;
    }
    if (object === undefined || inspected?.format === undefined) this.#keys.push(key);
    else this.#split(object, inspected.format);
  }

  plan(perRecord: number): Plan {
    const recordsInAll = Math.ceil(this.#bytes / perRecord);
    return {
      pieces: this.#pieces.map((piece) => ({ ...piece, recordsInAll })),
      notes: this.#notes,
      keys: this.#keys,
      objects: this.#objects,
      bytes: this.#bytes,
    };
  }

  #note(piece: number, problem: Problem): void {
    this.#notes.push({ piece, ...problem });
  }

  #split(object: StoredObject, format: Format): void {
    const step = isSplittable(format) ? this.#pieceBytes : object.size;
    for (let start = 0; start < object.size; start += step) {
      const end = Math.min(start + step, object.size);
      this.#pieces.push({ number: this.#keys.length, object, ...format, start, end });
      this.#keys.push(object.key);
    }
  }
}
