import { fileURLToPath } from 'node:url';
import { type Measured, measure } from './measured.ts';
import type { DataForm } from './write-data.ts';

/** The programs that read the same data, and on which cores. */
export const contenders = [
  'relight',
  'relight on both cores',
  'python, usual',
  'python, same',
  'duckdb',
] as const;
export type Contender = (typeof contenders)[number];

/** Enough to check the findings and the memory use of Relight; 20 MB are too little to measure its speed. */
export const shortContenders: readonly Contender[] = ['relight on both cores'];

export interface DataRun {
  readonly form: DataForm;
  /** The data on disk, which Python and DuckDB read directly, without S3. */
  readonly file: string;
  /** The compiled Relight CLI, which reads the data from the S3 stand-in. */
  readonly relight: string;
}

type Command = readonly [string, ...string[]];

export async function run(contender: Contender, dataRun: DataRun): Promise<Measured> {
  // `relight data validate` exits with 1 if it finds errors, and the data has some.
  if (contender === 'relight') return measure('0', validate(dataRun), [1]);
  if (contender === 'relight on both cores') return measure('0,1', validate(dataRun), [1]);
  if (contender === 'duckdb') return measure('0', parse(dataRun));
  return measure('0', python(contender === 'python, usual' ? 'usual' : 'same', dataRun));
}

function validate({ form, relight }: DataRun): Command {
  const options = ['--s3-uri', `s3://data/${form.name}/`, '--tier', 'gold', '--json'];
  return [process.execPath, relight, 'data', 'validate', ...options];
}

function python(checks: 'usual' | 'same', { form, file }: DataRun): Command {
  return ['python3', inBench('validate.py'), checks, form.name, file];
}

function parse({ form, file }: DataRun): Command {
  return [process.execPath, inBench('parse-in-duckdb.mjs'), file, '1', JSON.stringify(form.columns)];
}

function inBench(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
