import type { Finding } from '../data-report.ts';
import { rules } from '../data-rules.ts';
import { kindOf, variantOf } from '../judge/judge-fields.ts';
import { isRecord } from '../judge/messages.ts';
import { askedTexts, problemHead } from '../judge/prompt-texts.ts';
import { at } from '../judge/record-path.ts';
import type { RecordSchema } from '../schemas.ts';
import { type Use, useOf } from '../split-name.ts';
import { addColumns, type Columns } from './columns.ts';
import { PrintTable } from './fingerprints.ts';
import { TextHash, textHash32 } from './hash.ts';
import type { Piece } from './piece.ts';
import { type PieceReport, sourceLimit, textLimit } from './piece-report.ts';
import { newSeen, note, type Place, type Seen, see, seenOf, type Tally } from './tally.ts';

/** Gathers the report of one piece, record by record. */
export class RecordScan {
  readonly #piece: number;
  readonly #use: Use;
  readonly #schema: RecordSchema;
  readonly #tally: Tally = new Map();
  readonly #columns: Columns = new Map();
  readonly #variants = new Map<string, Seen>();
  readonly #texts: PrintTable;
  readonly #sources: PrintTable;
  #records = 0;
  #broken = 0;

  constructor(
    { number, object, recordsInAll }: Pick<Piece, 'number' | 'object' | 'recordsInAll'>,
    schema: RecordSchema,
  ) {
    this.#piece = number;
    this.#use = useOf(object.key);
    this.#schema = schema;
    this.#texts = new PrintTable(textLimit, recordsInAll);
    this.#sources = new PrintTable(sourceLimit, recordsInAll);
  }

  /** Something about the object as a whole: line 0. */
  noteObject(rule: Finding['rule'], detail?: string): void {
    const place = { piece: this.#piece, line: 0, offset: 0 };
    note(this.#tally, rule, detail === undefined ? place : { ...place, detail });
  }

  /** A line or row; `mark` is a hash of all of it. */
  add(
    { findings, record }: { readonly findings: readonly Finding[]; readonly record?: unknown },
    { line, offset }: { readonly line: number; readonly offset: number },
    mark: () => number,
  ): void {
    const place = { piece: this.#piece, line, offset };
    const blank = this.#noteAll(findings, place);
    if (blank) return;
    this.#records += 1;
    const broken = findings.some(({ rule }) => rules[rule].severity === 'error');
    if (broken) this.#broken += 1;
    if (!isRecord(record)) return;
    // What belongs to another form is one thing wrong already.
    if (!findings.some(({ rule }) => rule === 'mixed-schema')) addColumns(this.#columns, record, place);
    this.#addText(record, mark, place);
    if (broken) return;
    this.#addVariant(record, place);
    if (this.#schema.name === 'srl_expanded') this.#addSource(record, place);
  }

  report(lines: number): PieceReport {
    return {
      piece: this.#piece,
      lines,
      records: this.#records,
      broken: this.#broken,
      tally: this.#tally,
      columns: this.#columns,
      variants: this.#variants,
      texts: this.#texts.data(),
      sources: this.#sources.data(),
    };
  }

  #noteAll(findings: readonly Finding[], place: Place): boolean {
    let blank = false;
    for (const { rule, detail } of findings) {
      note(this.#tally, rule, detail === undefined ? place : { ...place, detail });
      blank ||= rule === 'blank-line';
    }
    return blank;
  }

  #addText(record: object, mark: () => number, place: Place): void {
    const asked = askedTexts(record, this.#schema);
    if (asked.length === 0) return;
    const hash = new TextHash();
    for (const text of asked) hash.addAsked(text);
    const { hi, lo } = hash.finish();
    this.#texts.add(
      { hi, lo, a: mark(), b: this.#use === 'test' ? 1 : 0, c: this.#truthHash(record) },
      place,
    );
  }

  /** Of answers that are as good as unique, as a whole solution is, nothing can be learnt here. */
  #truthHash(record: object): number {
    const { truth } = this.#schema;
    const value = truth && at(record, truth.path);
    return typeof value === 'string' ? textHash32(value.slice(value.lastIndexOf('####') + 1)) : 0;
  }

  #addVariant(record: object, place: Place): void {
    const fields = [...this.#schema.fields, ...(variantOf(record, this.#schema) ?? [])];
    const open = fields.filter(({ type }) => type === 'prompt');
    if (open.length === 0 && this.#schema.oneOf === undefined) return;
    const names = (variantOf(record, this.#schema) ?? open).map(({ path }) => {
      const name = path.join('.');
      return `${name} as ${kindOf(at(record, path))}`;
    });
    see(seenOf(this.#variants, names.join(', '), newSeen), place);
  }

  #addSource(record: object, place: Place): void {
    const hash = new TextHash();
    hash.add(String(at(record, ['source_id'])));
    const { hi, lo } = hash.finish();
    const a = Number(at(record, ['step_index'])) >>> 0;
    const b = Number(at(record, ['num_steps'])) >>> 0;
    this.#sources.add({ hi, lo, a, b, c: textHash32(problemHead(record, this.#schema)) }, place);
  }
}
