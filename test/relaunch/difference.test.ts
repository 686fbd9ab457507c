import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/ports/ports.ts';
import { difference } from '../../src/relaunch/request-difference.ts';

describe('the difference between two requests', () => {
  it('is empty for equal requests, regardless of the order of fields and tags', () => {
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
          ContainerArguments: ['--epochs', '3'],
          Tags: [{ Key: 'team', Value: 'x' }],
        },
        {
          CheckpointConfig: { S3Uri: 's3://a/c/' },
          ContainerArguments: ['--epochs', '4'],
          Tags: [
            { Key: 'new', Value: '' },
            { Key: 'team', Value: 'x' },
          ],
        },
      ),
    ).toEqual([
      { field: 'CheckpointConfig.S3Uri', before: 's3://a/b/', after: 's3://a/c/' },
      { field: 'ContainerArguments.1', before: '3', after: '4' },
      { field: 'Tags.new', after: '' },
    ]);
  });

  it('compares list items by the field that names them in AWS, so a different order is not a difference', () => {
    const channel = (ChannelName: string, S3Uri: string): JsonObject => ({
      ChannelName,
      DataSource: { S3DataSource: { S3Uri } },
    });
    const metrics = ['loss', 'reward'].map((Name) => ({ Name, Regex: `${Name}=(.*)` }));

    expect(
      difference(
        { InputDataConfig: [channel('train', 's3://b/1'), channel('eval', 's3://b/2')], Metrics: metrics },
        {
          InputDataConfig: [channel('eval', 's3://b/2'), channel('train', 's3://b/fixed')],
          Metrics: metrics.toReversed(),
        },
      ),
    ).toEqual([
      {
        field: 'InputDataConfig.train.DataSource.S3DataSource.S3Uri',
        before: 's3://b/1',
        after: 's3://b/fixed',
      },
    ]);
  });

  it('compares list items by position if two of them have the same name', () => {
    const same = [
      { Name: 'a', x: 1 },
      { Name: 'a', x: 2 },
    ];

    expect(
      difference(
        { list: same },
        {
          list: [
            { Name: 'a', x: 1 },
            { Name: 'a', x: 3 },
          ],
        },
      ),
    ).toEqual([{ field: 'list.1.x', before: '2', after: '3' }]);
  });

  it('shows added and removed values field by field', () => {
    expect(difference({ Gone: { a: 1, b: true } }, { New: { c: null }, Empty: {} })).toEqual([
      { field: 'Gone.a', before: '1' },
      { field: 'Gone.b', before: 'true' },
      { field: 'New.c', after: 'null' },
      { field: 'Empty', after: '{}' },
    ]);
  });

  it('shows a change of type even if the text is the same', () => {
    expect(difference({ a: 1, b: null, c: {} }, { a: '1', b: 'null', c: { d: 2 } })).toEqual([
      { field: 'a', before: '1', after: '1' },
      { field: 'b', before: 'null', after: 'null' },
      { field: 'c', before: '{}', after: '{"d":2}' },
    ]);
  });
});
