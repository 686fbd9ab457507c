import type { DataFinding } from '../data-report.ts';
import { rules } from '../data-rules.ts';
import { problemHead, promptTexts } from '../judge/prompt-texts.ts';
import { at, isRecord } from '../judge/record-path.ts';
import { variantName } from '../judge/variants.ts';
import type { RecordSchema } from '../schemas.ts';
import { type Use, useOf } from '../split-name.ts';
import { ColumnCounter } from './column-counter.ts';
import type { Columns } from './columns.ts';
import { FingerprintTable } from './fingerprints.ts';
import { TextHash, textHash32 } from './hash.ts';
import { type Piece, type PieceReport, sourceLimit, textLimit } from './piece.ts';
import {
  addOccurrence,
  note,
  type Occurrences,
  occurrencesOf,
  type RecordLocation,
  type Tally,
} from './tally.ts';

/** `datasets` reads this much of a file at once, and casts the rest to the types found there. */
const loaderChunk = 10 * 1024 * 1024;

/** Builds the report of one piece, record by record. */
export class RecordScan {
  readonly #piece: number;
  readonly #use: Use;
  readonly #schema: RecordSchema;
  readonly #tally: Tally = new Map();
  /** Columns are counted apart for the first part of the object. */
  readonly #head = new ColumnCounter();
  readonly #rest = new ColumnCounter();
  readonly #headBytes: number;
  #footer: Columns | undefined;
  readonly #variants = new Map<string, Occurrences>();
  readonly #texts: FingerprintTable;
  readonly #sources: FingerprintTable;
  #records = 0;
  #broken = 0;

  constructor(
    { number, object, form, recordsInAll }: Pick<Piece, 'number' | 'object' | 'form' | 'recordsInAll'>,
    schema: RecordSchema,
  ) {
    this.#piece = number;
    this.#use = useOf(object.key);
    this.#headBytes = form === 'lines' || form === 'values' ? loaderChunk : Infinity;
    this.#schema = schema;
    this.#texts = new FingerprintTable(textLimit, recordsInAll);
    this.#sources = new FingerprintTable(sourceLimit, recordsInAll);
  }

  /** Adds a problem with the whole object, at line 0. */
  noteObject(rule: DataFinding['rule'], detail?: string): void {
    const location = { piece: this.#piece, line: 0, offset: 0 };
    note(this.#tally, rule, detail === undefined ? location : { ...location, detail });
  }

  /** Adds a line or row. `recordHash` hashes all of it. */
  add(
    { findings, record }: { readonly findings: readonly DataFinding[]; readonly record?: unknown },
    { line, offset }: { readonly line: number; readonly offset: number },
    recordHash: () => number,
  ): void {
    const location = { piece: this.#piece, line, offset };
    const blank = this.#noteAll(findings, location);
    if (blank) return;
    this.#records += 1;
    const broken = findings.some(({ rule }) => rules[rule].severity === 'error');
    if (broken) this.#broken += 1;
    if (!isRecord(record)) return;
    this.#addText(record, recordHash, location);
    // The other fields of a broken record may be a consequence of what has been reported.
    if (broken) return;
    this.#addColumns(record, location);
    this.#addVariant(record, location);
    if (this.#schema.name === 'srl_expanded') this.#addSource(record, location);
  }

  /** Sets the columns that the file itself declares; those of its records are not counted then. */
  declare(columns: Columns): void {
    this.#footer = columns;
  }

  report(lines: number): PieceReport {
    return {
      piece: this.#piece,
      lines,
      records: this.#records,
      broken: this.#broken,
      tally: this.#tally,
      head: this.#footer ?? this.#head.columns(),
      rest: this.#rest.columns(),
      variants: this.#variants,
      texts: this.#texts.data(),
      sources: this.#sources.data(),
    };
  }

  #noteAll(findings: readonly DataFinding[], location: RecordLocation): boolean {
    let blank = false;
    for (const { rule, detail } of findings) {
      note(this.#tally, rule, detail === undefined ? location : { ...location, detail });
      blank ||= rule === 'blank-line';
    }
    return blank;
  }

  #addColumns(record: object, location: RecordLocation): void {
    if (this.#footer !== undefined) return;
    (location.offset < this.#headBytes ? this.#head : this.#rest).add(record, location);
  }

  #addText(record: object, recordHash: () => number, location: RecordLocation): void {
    const prompts = promptTexts(record, this.#schema);
    if (prompts.length === 0) return;
    const hash = new TextHash();
    for (const text of prompts) hash.addNormalized(text);
    const { hi, lo } = hash.finish();
    this.#texts.add(
      { hi, lo, a: recordHash(), b: this.#use === 'test' ? 1 : 0, c: this.#truthHash(record) },
      location,
    );
  }

  /** Only the answer after `####`: whole solutions are practically unique and would show no imbalance. */
  #truthHash(record: object): number {
    const { truth } = this.#schema;
    const value = truth && at(record, truth.path);
    return typeof value === 'string' ? textHash32(value.slice(value.lastIndexOf('####') + 1)) : 0;
  }

  #addVariant(record: object, location: RecordLocation): void {
    const name = variantName(record, this.#schema);
    if (name !== undefined) addOccurrence(occurrencesOf(this.#variants, name), location);
  }

  #addSource(record: object, location: RecordLocation): void {
    const hash = new TextHash();
    hash.add(String(at(record, ['source_id'])));
    const { hi, lo } = hash.finish();
    const a = Number(at(record, ['step_index'])) >>> 0;
    const b = Number(at(record, ['num_steps'])) >>> 0;
    this.#sources.add({ hi, lo, a, b, c: textHash32(problemHead(record, this.#schema)) }, location);
  }
}
