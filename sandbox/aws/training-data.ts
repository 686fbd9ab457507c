import type { Bucket } from './bucket.ts';
import type { JobRequest } from './job-request.ts';

type Request = Pick<JobRequest, 'InputDataConfig'>;

/** The S3 URI of the `train` channel, or of the first channel. */
function trainUri({ InputDataConfig: channels = [] }: Request): string | undefined {
  const train = channels.find(({ ChannelName }) => ChannelName === 'train') ?? channels[0];
  return train?.DataSource.S3DataSource?.S3Uri;
}

/** Reads every record as the loader and trainer would, and returns their error message for the first broken one. */
export async function dataError(bucket: Bucket, request: Request): Promise<string | undefined> {
  const uri = trainUri(request);
  if (uri === undefined) return undefined;
  const names = (await bucket.names(uri)).filter((name) => `${uri}${name}`.endsWith('.jsonl'));
  if (names.length === 0) return `FileNotFoundError: Unable to find '${uri}'`;
  for (const name of names) {
    const text = (await bucket.get(`${uri}${name}`))?.toString() ?? '';
    const wrong = textError(text);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** The loader accepts a byte-order mark, CRLF and blank lines. The trainer needs only the columns that it reads. */
function textError(text: string): string | undefined {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [row, line] of lines.entries()) {
    if (line === '') continue;
    const record = parsed(line);
    if (record === undefined)
      return `pyarrow.lib.ArrowInvalid: JSON parse error: Missing a closing quotation mark in string. in row ${row}\nThe above exception was the direct cause of the following exception:\ndatasets.exceptions.DatasetGenerationError: An error occurred while generating the dataset`;
    for (const column of ['problem', 'steps'])
      if (record[column] === undefined || record[column] === null) return `KeyError: '${column}'`;
  }
  return undefined;
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    // The loader treats NaN as a missing value.
    return JSON.parse(line.replaceAll(/:\s*NaN\b/g, ': null')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Simulates a broken export: a truncated end, a line that is not JSON, a record without steps, and minor flaws. */
export async function breakData(bucket: Bucket, request: Request): Promise<void> {
  const uri = trainUri(request);
  if (uri === undefined) return;
  const lines = ((await bucket.get(uri))?.toString() ?? '').trimEnd().split('\n');
  const changed = lines.map((line, index) => defects[index]?.(line) ?? line);
  const last = changed.at(-1) ?? '';
  await bucket.put(uri, `\uFEFF${[...changed.slice(0, -1), last.slice(0, last.length / 2)].join('\n')}`);
}

/** Keyed by line index. */
const defects: Readonly<Record<number, (line: string) => string>> = {
  10: (line) => `${line}\r`,
  51: () => "{'id': 'item-51', 'problem': 'What is 51 + 52?', 'steps': ['51 + 52 = 103']}",
  77: (line) => line.replace(/"ground_truth":"\d+"/, '"ground_truth":"1,055"'),
  120: (line) => line.replace(/"steps":\[[^\]]*\],/, ''),
  150: (line) => `${line}\n`,
};
