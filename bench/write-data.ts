import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BrokenFields, damaged, type Planted } from './defects.ts';
import { gsm8k, type Record, SeededRandom, srl } from './records.ts';

/** A format of training data in the benchmark. */
export interface DataForm {
  readonly name: 'gsm8k' | 'srl_expanded';
  readonly records: (random: SeededRandom, number: number) => readonly Record[];
  readonly broken: BrokenFields;
  /** Column names and SQL types for DuckDB. */
  readonly columns: { readonly [name: string]: string };
}

export const forms: readonly DataForm[] = [
  {
    name: 'gsm8k',
    records: gsm8k,
    broken: {
      text: 'question',
      value: ['answer', 'It is plain to see.\n#### many'],
      valueRule: 'ground-truth-unverifiable',
    },
    columns: { question: 'VARCHAR', answer: 'VARCHAR' },
  },
  {
    name: 'srl_expanded',
    records: srl,
    broken: { text: 'expert_action', value: ['step_index', 7], valueRule: 'step-index' },
    columns: {
      prompt: 'STRUCT(role VARCHAR, content VARCHAR)[]',
      expert_action: 'VARCHAR',
      step_index: 'INTEGER',
      num_steps: 'INTEGER',
      source_id: 'VARCHAR',
      problem: 'VARCHAR',
    },
  },
];

export interface Written {
  readonly bytes: number;
  readonly records: number;
  readonly planted: Planted;
}

/** One record in 1,500 has a defect, as in well-maintained data. */
const defectEvery = 1_500;
const chunkBytes = 4 * 1024 * 1024;

/** Writes about this many bytes of JSON lines; the content is deterministic. */
export function writeData(path: string, form: DataForm, bytes: number): Written {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  const random = new SeededRandom(20_261_123);
  const planted: Planted = {};
  let [written, records, number] = [0, 0, 0];
  let buffered: Buffer[] = [];
  let bufferedBytes = 0;
  const flush = (): void => {
    written += bufferedBytes;
    writeSync(file, Buffer.concat(buffered));
    [buffered, bufferedBytes] = [[], 0];
  };
  while (written + bufferedBytes < bytes) {
    number += 1;
    for (const record of form.records(random, number))
      for (const line of linesOf(record, ++records, form, planted)) {
        const ended = Buffer.concat([Buffer.from(line), newline]);
        buffered.push(ended);
        bufferedBytes += ended.length;
      }
    if (bufferedBytes >= chunkBytes) flush();
  }
  flush();
  closeSync(file);
  return { bytes: written, records: records + (planted['duplicate'] ?? 0), planted };
}

const newline = Buffer.from('\n');

function linesOf(
  record: Record,
  number: number,
  { broken }: DataForm,
  planted: Planted,
): readonly (string | Buffer)[] {
  if (number % defectEvery !== 0) return [JSON.stringify(record)];
  return damaged(record, number / defectEvery, broken, planted);
}
