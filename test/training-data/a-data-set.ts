import type { DataReport } from '../../src/training-data/data-report.ts';
import type { SchemaChanges, SchemaName } from '../../src/training-data/schemas.ts';
import { oneByOne, type ScanAll, validateData } from '../../src/training-data/validate-data.ts';
import { MemoryDatasets } from '../support/memory-datasets.ts';

export const folder = 's3://srl-rlvr-training/data/gold/';

export type Row = Readonly<Record<string, unknown>>;

const names = ['Ada', 'Ben', 'Chen', 'Dara', 'Eve', 'Femi', 'Goran', 'Hana', 'Ines', 'Joao'];

/** A GSM8K row; each number makes a different one. */
export function gsm8kRow(n: number): { readonly question: string; readonly answer: string } {
  const name = names[n % names.length] ?? '';
  const [had, bought] = [n + 3, (n % 7) + 2];
  return {
    question: `${name} had ${had} marbles and bought ${bought} more. How many are there now?`,
    answer: `${had} + ${bought} = <<${had}+${bought}=${had + bought}>>${had + bought} marbles.\n#### ${had + bought}`,
  };
}

export function gsm8kRows(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, n) => JSON.stringify(gsm8kRow(from + n)));
}

export function jsonl(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

export interface Asked {
  readonly schema?: SchemaName;
  readonly changes?: SchemaChanges;
  readonly pieceBytes?: number;
  readonly scanAll?: (datasets: MemoryDatasets) => ScanAll;
}

/** The report on these files in one folder. */
export async function reportOn(
  files: Readonly<Record<string, string | Uint8Array>>,
  { schema = 'auto', changes = {}, pieceBytes = 1024 * 1024, scanAll = oneByOne }: Asked = {},
): Promise<DataReport> {
  const datasets = new MemoryDatasets();
  for (const [name, body] of Object.entries(files)) datasets.put(`${folder}${name}`, body);
  return validateData({ uris: [folder], schema, changes }, datasets, {
    pieceBytes,
    scanAll: scanAll(datasets),
  });
}

/** 200 valid rows with these lines instead of row 51. */
export function withDefect(line: string, count = 200): string[] {
  const rows = gsm8kRows(count);
  rows[50] = line;
  return rows;
}
