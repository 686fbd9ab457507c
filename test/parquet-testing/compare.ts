import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { startRegion } from '../../sandbox/aws/start.ts';
import { buildRelight } from '../../sandbox/built-relight.ts';
import { createS3Client } from '../../src/aws/s3/s3-client.ts';
import { validatedBy } from '../../src/cli/shared/with-readers.ts';
import { createReaders, type Readers } from '../../src/readers/readers.ts';
import type { DataReport } from '../../src/training-data/data-report.ts';
import { builtModule } from '../support/build.ts';
import { runningReaders } from '../support/reader-usage.ts';

const Bucket = 'srl-rlvr-training';
const slowMs = 5_000;

interface PyArrow {
  readonly file: string;
  readonly rows?: number;
  readonly error?: string;
}

interface Result extends PyArrow {
  readonly says: string;
  readonly same: boolean;
  readonly refused: boolean;
  readonly died: boolean;
  readonly slow: boolean;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { show: { type: 'boolean', default: false } },
});
buildRelight();
const region = await startRegion({ port: 0, speed: 1, seed: true });
Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL: region.url,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});
const s3 = createS3Client({ pathStyle: true });
const readers = createReaders({ max: 1, pathStyle: true, module: builtModule('readers/reader-process.js') });
const results: Result[] = [];
for (const folder of positionals)
  for (const expected of byPyArrow(folder)) results.push(await compared(folder, expected, s3, readers));
readers.close();
await region.close();
report();

function byPyArrow(folder: string): readonly PyArrow[] {
  const python = process.env['PYTHON'] ?? 'python3';
  const output = execFileSync(python, [join(import.meta.dirname, 'rows.py'), folder], { encoding: 'utf8' });
  // rows.py prints this form.
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as PyArrow);
}

async function compared(folder: string, expected: PyArrow, to: S3Client, by: Readers): Promise<Result> {
  const Key = `parquet-testing/${results.length}/${basename(expected.file).replace(/(?<!\.parquet)$/, '.parquet')}`;
  await to.send(new PutObjectCommand({ Bucket, Key, Body: readFileSync(join(folder, expected.file)) }));
  const before = runningReaders();
  const start = performance.now();
  const uris = [`s3://${Bucket}/parquet-testing/${results.length}/`] as const;
  const found = await validatedBy(by, { uris, schema: 'auto', changes: {} }).catch(String);
  const after = runningReaders();
  const unread = typeof found === 'string' ? found : unreadIn(found, expected);
  const rows = typeof found === 'string' ? undefined : found.records;
  return {
    ...expected,
    says: unread ?? `${rows} rows`,
    same: unread === undefined && rows === expected.rows,
    refused: unread !== undefined,
    died: before.some(({ pid }) => !after.some((one) => one.pid === pid)),
    slow: performance.now() - start > slowMs,
  };
}

function unreadIn({ samples }: DataReport, { rows }: PyArrow): string | undefined {
  const unread = samples.find(
    ({ rule }) =>
      rule.startsWith('parquet-') ||
      rule === 'unknown-format' ||
      rule === 'empty-object' ||
      (rule === 'no-records' && rows !== 0),
  );
  return unread && `${unread.rule} ${unread.detail ?? ''}`.trim();
}

function report(): void {
  const many = (test: (one: Result) => boolean): number => results.filter(test).length;
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const readable = (one: Result): boolean => one.rows !== undefined;
  print(`files                          ${results.length}`);
  print(`read by pyarrow                ${many(readable)}`);
  print(`  with the same rows by us     ${many((one) => readable(one) && one.same)}`);
  print(`  with other rows              ${many((one) => readable(one) && !one.same && !one.refused)}`);
  print(`  refused by us                ${many((one) => readable(one) && one.refused)}`);
  print(`refused by pyarrow             ${many((one) => !readable(one))}`);
  print(`  read by us                   ${many((one) => !readable(one) && !one.refused)}`);
  print(`ended the reader               ${many(({ died }) => died)}`);
  print(`took more than 5 s             ${many(({ slow }) => slow)}`);
  if (!values.show) return;
  for (const one of results)
    if (one.died || one.slow || (readable(one) ? !one.same : !one.refused))
      print(
        `${one.file}: pyarrow ${one.rows ?? one.error}, we ${one.says}${one.died ? ', died' : ''}${one.slow ? ', slow' : ''}`,
      );
}
