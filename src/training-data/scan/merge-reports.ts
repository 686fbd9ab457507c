import type { DataFinding, DataReport } from '../data-report.ts';
import { type RuleId, ruleIds, rules, type Severity } from '../data-rules.ts';
import type { RecordSchema } from '../schemas.ts';
import { noteDuplicates, noteImbalance, noteSolutions } from './across-records.ts';
import { mergeColumns } from './columns.ts';
import { noteObjects, type ObjectColumns } from './columns-across-objects.ts';
import { FingerprintTable } from './fingerprints.ts';
import { noteExtraFields, noteMixedTypes, noteVariants } from './odd-ones-out.ts';
import { type PieceReport, type Plan, sourceLimit, textLimit } from './piece.ts';
import {
  mergeOccurrences,
  mergeTally,
  note,
  type Occurrences,
  occurrencesOf,
  type Sample,
  type Tally,
} from './tally.ts';

/**
 * Merges the reports of pieces in any order. The result does not depend on how the data was cut into pieces.
 * Memory: 64 bytes for each of at most a million different records and a quarter of a million steps, about 80 MB,
 * and twice that briefly while a table grows.
 */
export class Merger {
  readonly #schema: RecordSchema;
  readonly #plan: Plan;
  readonly #tally: Tally = new Map();
  /** By the key of the object. */
  readonly #columns = new Map<string, ObjectColumns>();
  readonly #variants = new Map<string, Occurrences>();
  readonly #texts = new FingerprintTable(textLimit);
  readonly #sources = new FingerprintTable(sourceLimit);
  readonly #lines = new Map<number, number>();
  #records = 0;
  #broken = 0;

  constructor(schema: RecordSchema, plan: Plan) {
    this.#schema = schema;
    this.#plan = plan;
    for (const { piece, rule, detail } of plan.notes) {
      const whole = { piece, line: 0, offset: 0 };
      note(this.#tally, rule, detail === undefined ? whole : { ...whole, detail });
    }
  }

  add(report: PieceReport): void {
    this.#lines.set(report.piece, report.lines);
    this.#records += report.records;
    this.#broken += report.broken;
    mergeTally(this.#tally, report.tally);
    this.#addColumns(report);
    for (const [name, seen] of report.variants) mergeOccurrences(occurrencesOf(this.#variants, name), seen);
    this.#texts.merge(report.texts);
    this.#sources.merge(report.sources);
  }

  /** Call once, after the last piece. */
  finish(): DataReport {
    const odd = noteVariants(this.#variants, this.#tally);
    this.#noteColumns();
    noteDuplicates(this.#texts.view(), this.#tally);
    noteImbalance(this.#texts.view(), this.#tally);
    noteSolutions(this.#sources.view(), this.#tally);
    this.#noteTotals();
    const byRule = ruleIds.flatMap((rule) => {
      const { count = 0, first = [] } = this.#tally.get(rule) ?? {};
      return count === 0 ? [] : [{ rule, count, first }];
    });
    return {
      schema: this.#schema.name,
      objects: this.#plan.objects,
      bytes: this.#plan.bytes,
      records: this.#records,
      broken: this.#broken + odd,
      errors: sumOf(byRule, 'error'),
      warnings: sumOf(byRule, 'warning'),
      byRule: Object.fromEntries(byRule.map(({ rule, count }) => [rule, count])),
      samples: this.#inObjects(byRule),
      comparedOneIn: Math.max(this.#texts.sampledOneIn, this.#sources.sampledOneIn),
    };
  }

  #addColumns({ piece, head, rest }: PieceReport): void {
    const key = this.#plan.keys[piece] ?? '';
    const known = this.#columns.get(key) ?? { key, piece, head: new Map(), rest: new Map() };
    mergeColumns(known.head, head);
    mergeColumns(known.rest, rest);
    this.#columns.set(key, { ...known, piece: Math.min(piece, known.piece) });
  }

  #noteColumns(): void {
    const objects = [...this.#columns.values()].toSorted((one, other) => one.piece - other.piece);
    noteObjects(objects, this.#schema.name, this.#tally);
    const whole = objects.map(({ head, rest }) => {
      mergeColumns(head, rest);
      return head;
    });
    noteExtraFields(whole, this.#records - this.#broken, this.#schema, this.#tally);
    for (const columns of whole) noteMixedTypes(columns, this.#schema, this.#tally);
  }

  #noteTotals(): void {
    const whole = { piece: 0, line: 0, offset: 0 };
    const { batch, name } = this.#schema;
    // What was not read may have valid records.
    const explained = [...this.#tally.keys()].some(
      (rule) => rules[rule].severity === 'error' || rule === 'parquet-large' || rule === 'unknown-format',
    );
    if (this.#records === 0 && !explained) note(this.#tally, 'no-records', whole);
    if (this.#records > 0 && name === 'auto') note(this.#tally, 'unknown-schema', whole);
    if (batch !== undefined && this.#records > 0 && this.#records < batch)
      note(this.#tally, 'too-few-records', { ...whole, detail: `${this.#records} of ${batch}` });
  }

  /** Converts line numbers from pieces to objects by adding the lines of the preceding pieces. */
  #inObjects(byRule: readonly Counted[]): DataFinding[] {
    const before = this.#linesBefore();
    return byRule.flatMap(({ rule, first }) =>
      first.map(({ piece, line, offset, detail }) => ({
        rule,
        object: this.#plan.keys[piece] ?? '',
        line: line === 0 ? 0 : line + (before[piece] ?? 0),
        offset,
        ...(detail !== undefined && { detail }),
      })),
    );
  }

  #linesBefore(): readonly number[] {
    let sum = 0;
    return this.#plan.keys.map((key, piece) => {
      if (key !== this.#plan.keys[piece - 1]) sum = 0;
      const before = sum;
      sum += this.#lines.get(piece) ?? 0;
      return before;
    });
  }
}

interface Counted {
  readonly rule: RuleId;
  readonly count: number;
  readonly first: readonly Sample[];
}

function sumOf(counted: readonly Counted[], severity: Severity): number {
  return counted.reduce((sum, { rule, count }) => sum + (rules[rule].severity === severity ? count : 0), 0);
}
