import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BrokenFields, damaged, type Planted } from './defects.ts';
import { Dice, gsm8k, type Record, srl } from './records.ts';

/** A form of training data that is measured. */
export interface DataForm {
  readonly name: 'gsm8k' | 'srl_expanded';
  readonly records: (dice: Dice, number: number) => readonly Record[];
  readonly broken: BrokenFields;
  /** For a parser that has to be told: the columns and their types in SQL. */
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

/** One record in so many has a defect: data of a team that looks after it. */
const defectEvery = 1_500;
const chunkBytes = 4 * 1024 * 1024;

/** About so many bytes of JSON lines, the same ones every time. */
export function writeData(path: string, form: DataForm, bytes: number): Written {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  const dice = new Dice(20_261_123);
  const planted: Planted = {};
  let [written, records, number] = [0, 0, 0];
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const flush = (): void => {
    written += waitingBytes;
    writeSync(file, Buffer.concat(waiting));
    [waiting, waitingBytes] = [[], 0];
  };
  while (written + waitingBytes < bytes) {
    number += 1;
    for (const record of form.records(dice, number))
      for (const line of linesOf(record, ++records, form, planted)) {
        const ended = Buffer.concat([Buffer.from(line), newline]);
        waiting.push(ended);
        waitingBytes += ended.length;
      }
    if (waitingBytes >= chunkBytes) flush();
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
