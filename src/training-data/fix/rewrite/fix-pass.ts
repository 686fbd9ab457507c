import { createHash } from 'node:crypto';
import { OpsError } from '../../../errors.ts';
import { quote } from '../../../in-words.ts';
import type { DataBytes, StoredObject } from '../../../ports/datasets.ts';
import { type Reading, unwatched, wholeFile } from '../../../ports/reading.ts';
import { rules } from '../../data-rules.ts';
import { arrayItems } from '../../read/array-items.ts';
import { gunzipped, mostUnpacked } from '../../read/gunzip.ts';
import { linesOf, type RawLine } from '../../read/lines.ts';
import { useOf } from '../../split-name.ts';
import type { DataObject } from '../inspect-sources.ts';
import { Survey } from '../plan/survey.ts';
import { inOneLine } from './fix-bytes.ts';
import { type FixedLine, type FixTerms, fixLine, lost } from './fix-line.ts';

export interface Outcome {
  readonly line: RawLine;
  readonly fixed: FixedLine;
}

/** Goes through the objects of a data set in their order and mends each line; the same data always comes out the same. */
export class FixPass {
  readonly #datasets: DataBytes;
  readonly #terms: FixTerms;
  readonly #survey: Survey;
  /** Of the records kept so far; 128 bits each. */
  readonly #seen = new Set<string>();

  private constructor(datasets: DataBytes, terms: FixTerms, survey: Survey) {
    this.#datasets = datasets;
    this.#terms = terms;
    this.#survey = survey;
  }

  /** Reads the data once beforehand where a record can only be judged among all others. */
  static async prepare(
    objects: readonly DataObject[],
    datasets: DataBytes,
    terms: FixTerms,
  ): Promise<FixPass> {
    const survey = new Survey(terms);
    const pass = new FixPass(datasets, terms, survey);
    if (survey.needed) for (const one of objects) await pass.#add(one);
    survey.close();
    return pass;
  }

  /** Ask for all objects, in their order: which of two equal records is the first one, depends on it. */
  async *outcomes(one: DataObject): AsyncGenerator<readonly Outcome[]> {
    for await (const batch of linesIn(one, this.#datasets))
      yield batch.map((line) => ({ line, fixed: this.#among(fixLine(line, this.#terms), one) }));
  }

  async #add(one: DataObject): Promise<void> {
    const use = useOf(one.object.key);
    for await (const batch of linesIn(one, this.#datasets))
      for (const line of batch) {
        const fixed = fixLine(line, this.#terms);
        if ('kept' in fixed) this.#survey.add(fixed.record, use);
      }
  }

  #among(fixed: FixedLine, { source, object }: DataObject): FixedLine {
    if (!('kept' in fixed)) return fixed;
    const use = useOf(object.key);
    const rule = this.#survey.breaks(fixed.record, use);
    if (rule === 'leakage') return { dropped: rule };
    if (rule !== undefined) return lost(rule);
    // Channels may share records: each is read by itself.
    const print = `${source.channel}:${use}:${createHash('sha256').update(fixed.kept).digest('base64').slice(0, 22)}`;
    if (this.#seen.has(print)) return { dropped: 'duplicate' };
    this.#seen.add(print);
    return fixed;
  }
}

/** An object that ended an earlier reader: no copy is made without its records. */
function requireReadable({ uri, etag, key }: StoredObject, reading: Reading = unwatched): void {
  const place = { uri, etag, at: wholeFile };
  const why = reading.refused(place);
  if (why !== undefined) throw new OpsError('fix-refused', `${quote(key)} cannot be read: ${why}`);
  reading.at(place);
}

async function* linesIn(
  { object, form }: DataObject,
  datasets: DataBytes,
): AsyncGenerator<readonly RawLine[]> {
  if (form === 'copied') return;
  requireReadable(object, datasets.reading);
  const bytes = datasets.open(object);
  if (form === 'lines') yield* linesOf(bytes);
  else if (form === 'gzip')
    yield* linesOf(
      gunzipped(
        bytes,
        (why) => {
          throw new OpsError('fix-refused', `${quote(object.key)} ${rules['truncated-gzip'].says}: ${why}`);
        },
        mostUnpacked(object),
      ),
    );
  else
    for await (const items of arrayItems(bytes))
      yield items.map((item) => ({ ...item, bytes: inOneLine(item.bytes) }));
}
