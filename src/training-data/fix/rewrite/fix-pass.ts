import { createHash } from 'node:crypto';
import { OpsError } from '../../../errors.ts';
import { quote } from '../../../in-words.ts';
import type { DataBytes, StoredObject } from '../../../ports/datasets.ts';
import { type Reading, unwatched, wholeFile } from '../../../ports/reading.ts';
import { rules } from '../../data-rules.ts';
import type { RawLine } from '../../read/lines.ts';
import { recordLines } from '../../read/record-lines.ts';
import { useOf } from '../../split-name.ts';
import type { DataObject } from '../inspect-sources.ts';
import { Survey } from '../plan/survey.ts';
import { inOneLine } from './fix-bytes.ts';
import { type FixedLine, type FixOptions, fixLine, lost } from './fix-line.ts';

export interface LineResult {
  readonly line: RawLine;
  readonly fixed: FixedLine;
}

/** Fixes each line of a data set, object by object. The same data always produces the same result. */
export class FixPass {
  readonly #datasets: DataBytes;
  readonly #options: FixOptions;
  readonly #survey: Survey;
  /** 128-bit hashes of the records kept so far. */
  readonly #seen = new Set<string>();

  private constructor(datasets: DataBytes, options: FixOptions, survey: Survey) {
    this.#datasets = datasets;
    this.#options = options;
    this.#survey = survey;
  }

  /** Reads the data once beforehand if records can be checked only among all others. */
  static async prepare(
    objects: readonly DataObject[],
    datasets: DataBytes,
    options: FixOptions,
  ): Promise<FixPass> {
    const survey = new Survey(options);
    const pass = new FixPass(datasets, options, survey);
    if (survey.needed) for (const one of objects) await pass.#add(one);
    survey.close();
    return pass;
  }

  /** Call for all objects in data order, because the first of two equal records is kept. */
  async *results(one: DataObject): AsyncGenerator<readonly LineResult[]> {
    for await (const batch of linesIn(one, this.#datasets))
      yield batch.map((line) => ({ line, fixed: this.#among(fixLine(line, this.#options), one) }));
  }

  async #add(one: DataObject): Promise<void> {
    const use = useOf(one.object.key);
    for await (const batch of linesIn(one, this.#datasets))
      for (const line of batch) {
        const fixed = fixLine(line, this.#options);
        if ('kept' in fixed) this.#survey.add(fixed.record, use);
      }
  }

  #among(fixed: FixedLine, { source, object }: DataObject): FixedLine {
    if (!('kept' in fixed)) return fixed;
    const use = useOf(object.key);
    const rule = this.#survey.breaks(fixed.record, use);
    if (rule === 'leakage') return { dropped: rule };
    if (rule !== undefined) return lost(rule);
    if (!this.#options.fixes.has('duplicate')) return fixed;
    // Channels may share records, because each is read separately.
    const fingerprint = `${source.channel}:${use}:${createHash('sha256').update(fixed.kept).digest('base64').slice(0, 22)}`;
    if (this.#seen.has(fingerprint)) return { dropped: 'duplicate' };
    this.#seen.add(fingerprint);
    return fixed;
  }
}

/** Refuses an object that crashed an earlier reader, because a copy without its records would be incomplete. */
function requireReadable({ uri, etag, key }: StoredObject, reading: Reading = unwatched): void {
  const location = { uri, etag, at: wholeFile };
  const why = reading.refused(location);
  if (why !== undefined) throw new OpsError('fix-refused', `${quote(key)} cannot be read: ${why}`);
  reading.at(location);
}

async function* linesIn(
  { object, format }: DataObject,
  datasets: DataBytes,
): AsyncGenerator<readonly RawLine[]> {
  if (format === undefined) return;
  requireReadable(object, datasets.reading);
  const lines = recordLines(format, datasets.open(object), object, (rule, why) => {
    throw new OpsError('fix-refused', `${quote(object.key)} ${rules[rule].says}: ${why}`);
  });
  // Records that end with CR may begin with LF, which would end a line of the copy too early.
  const spans = format.form !== 'lines';
  for await (const batch of lines)
    yield spans ? batch.map((line) => ({ ...line, bytes: inOneLine(line.bytes) })) : batch;
}
