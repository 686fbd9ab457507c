import { describe, expect, it } from 'vitest';
import { difference } from '../../src/playbooks/difference.ts';

describe('the difference between two requests', () => {
  it('is empty for equal ones, whatever the order of their fields and tags', () => {
    const tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    expect(
      difference({ A: { x: 1, y: [] }, Tags: tags }, { Tags: tags.toReversed(), A: { y: [], x: 1 } }),
    ).toEqual([]);
  });

  it('names fields by their path, lists by position and tags by their key', () => {
    expect(
      difference(
        {
          CheckpointConfig: { S3Uri: 's3://a/b/' },
          InputDataConfig: [{ ChannelName: 'train' }],
          Tags: [{ Key: 'team', Value: 'x' }],
        },
        {
          CheckpointConfig: { S3Uri: 's3://a/c/' },
          InputDataConfig: [{ ChannelName: 'test' }],
          Tags: [
            { Key: 'new', Value: '' },
            { Key: 'team', Value: 'x' },
          ],
        },
      ),
    ).toEqual([
      { field: 'CheckpointConfig.S3Uri', before: 's3://a/b/', after: 's3://a/c/' },
      { field: 'InputDataConfig.0.ChannelName', before: 'train', after: 'test' },
      { field: 'Tags.new', after: '' },
    ]);
  });

  it('shows what was added and what was taken away, field by field', () => {
    expect(difference({ Gone: { a: 1, b: true } }, { New: { c: null }, Empty: {} })).toEqual([
      { field: 'Gone.a', before: '1' },
      { field: 'Gone.b', before: 'true' },
      { field: 'New.c', after: 'null' },
      { field: 'Empty', after: '{}' },
    ]);
  });

  it('does not hide a change of type behind the same words', () => {
    expect(difference({ a: 1, b: null, c: {} }, { a: '1', b: 'null', c: { d: 2 } })).toEqual([
      { field: 'a', before: '1', after: '1' },
      { field: 'b', before: 'null', after: 'null' },
      { field: 'c', before: '{}', after: '{"d":2}' },
    ]);
  });
});
