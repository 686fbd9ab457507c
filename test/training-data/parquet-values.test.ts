import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { reportOn } from './a-data-set.ts';

function parquet(columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData']): Buffer {
  return Buffer.from(parquetWriteBuffer({ columnData }));
}

describe('values of parquet that JSON does not have', () => {
  it('stay exact if they are integers over 2^53', async () => {
    const prompts = { name: 'prompt', data: ['What is 2^53 + 1?'], type: 'STRING' as const };
    const solution = { name: 'solution', data: [9_007_199_254_740_993n], type: 'INT64' as const };

    const { samples } = await reportOn({ 'a.parquet': parquet([prompts, solution]) });

    expect(samples.map(({ detail }) => detail)).toContain('solution is 9007199254740993');
  });

  it('are not judged as text if they are bytes, such as a picture', async () => {
    const text = { name: 'text', data: ['A cat.', 'A dog.'], type: 'STRING' as const };
    const picture = Uint8Array.of(0xff, 0xd8, 0xff, 0xc3, 0xa9, 0x07);
    const image = { name: 'image', data: [picture, picture], type: 'BYTE_ARRAY' as const };

    const { records, byRule } = await reportOn({ 'a.parquet': parquet([text, image]) });

    expect({ records, byRule }).toEqual({ records: 2, byRule: {} });
  });

  it('do not end the scan if a time is out of range', async () => {
    const schema = [
      { name: 'root', num_children: 2 },
      { name: 'text', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'at', type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type: 'REQUIRED' },
    ] as const;
    const columnData = [
      { name: 'text', data: ['A cat.'] },
      { name: 'at', data: [8_640_000_000_000_001n] },
    ];

    const bytes = Buffer.from(parquetWriteBuffer({ columnData, schema: [...schema] }));

    expect(await reportOn({ 'a.parquet': bytes })).toMatchObject({ records: 1, byRule: {} });
  });

  it('are told to be encrypted if the footer is', async () => {
    const { samples } = await reportOn({ 'a.parquet': Buffer.from(`PARE${'\0'.repeat(40)}PARE`) });

    expect(samples[0]).toMatchObject({
      rule: 'unknown-format',
      detail: expect.stringContaining('encrypted'),
    });
  });
});
