import { describe, expect, it } from 'vitest';
import { gsm8kRows, jsonl, reportOn } from './a-data-set.ts';
import { dataSet, fixIn, target } from './fix/a-fix.ts';

const lines = gsm8kRows(20);

describe('objects that are not records', () => {
  const beside = {
    'img/1.jpg': Buffer.from([0xff, 0xd8, 0xff, 0x0a, 0x00, 0x0a]),
    'img/2.mp4': Buffer.alloc(300),
    'README.md': '# Data\n',
    'state.json': '{"_split": "train"}',
    'dataset_info.json': '{}',
    '.DS_Store': Buffer.from([0, 0, 0, 1]),
    '__MACOSX/._train.jsonl': Buffer.from([0, 5, 22, 7]),
    _SUCCESS: '',
    shards_$folder$: '',
    '.train.jsonl.crc': 'crc',
    '_delta_log/00000.json': '{"commitInfo": {}}',
  };

  it('are ignored beside records', async () => {
    const { records, byRule } = await reportOn({ ...beside, 'train.jsonl': jsonl(lines) });

    expect({ records, byRule }).toEqual({ records: 20, byRule: {} });
  });

  it('are copied unchanged by a fix', async () => {
    const source = { ...beside, 'train.jsonl': jsonl(lines) };
    const datasets = dataSet(source);

    await fixIn(datasets);

    for (const [name, body] of Object.entries(source))
      expect(Buffer.from(datasets.stored.get(`${target}train/${name}`)?.bytes ?? 'missing')).toEqual(
        Buffer.from(body),
      );
  });

  it.each([
    ['wiki.txt', 'Anarchism is 1.\nAnarchism is 2.\n', 'plain text'],
    ['train.csv', 'question,answer\n1,2\n', 'CSV'],
    ['data-00000-of-00001.arrow', Buffer.from('\xff\xff\xff\xff\x10\x01\0\0', 'latin1'), 'Arrow'],
    ['train.jsonl.bz2', 'BZh91AY&SY', 'decompress it'],
    ['train.jsonl.zst', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xff, 0xff, 0xff, 0xff]), 'zstd'],
    ['train.zip', 'PK\x03\x04', 'extract it'],
    ['part-0', Buffer.alloc(600), 'binary data'],
    ['7.png', Buffer.from('\x89PNG', 'latin1'), '1 media file'],
  ])('are told for what they are in one warning if there are no records: %s', async (name, body, says) => {
    const { errors, warnings, samples } = await reportOn({ [name]: body });

    expect({ errors, warnings }).toEqual({ errors: 0, warnings: 1 });
    expect(samples).toMatchObject([{ rule: 'unknown-format', detail: expect.stringContaining(says) }]);
  });

  it.each([
    ['<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>\n', 'XML'],
    ['<!DOCTYPE html>\n<html></html>\n', 'HTML'],
    ['question,answer\nHow?,So.\n', 'no line is JSON'],
    ['PK\x03\x04\x14', 'zip'],
  ])('are one error under a name that promises JSON lines: %s', async (body, says) => {
    const { byRule, samples } = await reportOn({ 'train.jsonl': body });

    expect(byRule).toEqual({ 'not-json': 1 });
    expect(samples[0]).toMatchObject({ line: 0, detail: expect.stringContaining(says) });
  });
});
