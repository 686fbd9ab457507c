import { fileURLToPath } from 'node:url';
import { type Measured, measure } from './measured.ts';
import type { DataForm } from './write-data.ts';

/** Who reads the same data, and on which cores. */
export const contenders = [
  'relight',
  'relight on both cores',
  'python, usual',
  'python, same',
  'duckdb',
] as const;
export type Contender = (typeof contenders)[number];

/** Enough to see that Relight finds what is wrong, and in how much memory; 20 MB say nothing about its speed. */
export const shortContenders: readonly Contender[] = ['relight on both cores'];

export interface Asked {
  readonly form: DataForm;
  /** The data on disk: Python and DuckDB read it there, without S3 in between. */
  readonly file: string;
  /** The compiled command line of Relight, which reads the data from the S3 stand-in. */
  readonly relight: string;
}

type Command = readonly [string, ...string[]];

export async function run(contender: Contender, asked: Asked): Promise<Measured> {
  // `relight data validate` exits with 1 where it finds errors, and the data has some.
  if (contender === 'relight') return measure('0', validate(asked), [1]);
  if (contender === 'relight on both cores') return measure('0,1', validate(asked), [1]);
  if (contender === 'duckdb') return measure('0', parse(asked));
  return measure('0', python(contender === 'python, usual' ? 'usual' : 'same', asked));
}

function validate({ form, relight }: Asked): Command {
  const asks = ['--s3-uri', `s3://data/${form.name}/`, '--tier', 'gold', '--json'];
  return [process.execPath, relight, 'data', 'validate', ...asks];
}

function python(checks: 'usual' | 'same', { form, file }: Asked): Command {
  return ['python3', beside('validate.py'), checks, form.name, file];
}

function parse({ form, file }: Asked): Command {
  return [process.execPath, beside('parse-in-duckdb.mjs'), file, '1', JSON.stringify(form.columns)];
}

function beside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
