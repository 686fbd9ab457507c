import type { DescribeTrainingJobCommandOutput } from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { mismatchOf, unmetFields } from '../../../src/aws/training/same-launch.ts';
import type { JsonObject } from '../../../src/ports/basics.ts';
import { tagsOfTry } from '../../../src/ports/calls.ts';
import { tokenFor } from '../../support/a-token.ts';
import { firstTry } from '../../support/fake-ports.ts';

const request = { TrainingJobName: 'job-2', RoleArn: 'role', Tags: [{ Key: 'a', Value: 'b' }] };
const token = tokenFor(firstTry, request);
const own = tagsOfTry(token);
// The fields of a described job that the request has.
const described = {
  TrainingJobName: 'job-2',
  RoleArn: 'role',
} as unknown as DescribeTrainingJobCommandOutput;

describe('a job under the name of a launch', () => {
  it('is the launch if its tags and its fields are those of this attempt', () => {
    expect(mismatchOf(described, own, request, token)).toBeUndefined();
  });

  it.each([
    ['relight:intent', undefined, 'has no tag relight:intent'],
    ['relight:intent', 'other', 'has the tag relight:intent with the value other'],
    ['relight:spec-hash', undefined, 'has no tag relight:spec-hash'],
    ['relight:spec-hash', 'other', 'has the tag relight:spec-hash with the value other'],
  ])('is another one if the tag %s is %s', (tag, value, says) => {
    const tags = new Map([...own].filter(([key]) => key !== tag));
    if (value !== undefined) tags.set(tag, value);

    expect(mismatchOf(described, tags, request, token)).toBe(says);
  });

  it('is another one if a field differs, whatever its name and its tags are', () => {
    expect(mismatchOf({ ...described, RoleArn: 'admin' }, own, request, token)).toBe(
      'differs from the approved request in RoleArn',
    );
    expect(mismatchOf(described, own, { ...request, A: 1, B: 2 } as typeof request, token)).toBe(
      'differs from the approved request in A, B',
    );
  });
});

describe('the requested values that a job lacks', () => {
  it.each<readonly [JsonObject, JsonObject, readonly string[]]>([
    [{ a: 1 }, { a: 1, b: 2 }, []],
    [{ a: 1 }, { a: 2 }, ['a']],
    [{ a: 1 }, {}, ['a']],
    [{ a: 'x' }, { a: ['x'] }, ['a']],
    [{ a: { b: 1, c: { d: 2 } } }, { a: { b: 1, c: { d: 3 } } }, ['a.c.d']],
    [{ a: { b: 1 } }, { a: 'text' }, ['a.b']],
    [{ a: {} }, {}, []],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, ['a.1.b']],
    [{ a: [1] }, { a: [1, 2] }, ['a']],
    [{ a: [1, 2] }, { a: [1] }, ['a']],
    [{ a: [] }, {}, []],
    [{ a: [1] }, { a: { 0: 1 } }, ['a']],
    [{ a: false }, {}, []],
    [{ a: false }, { a: true }, ['a']],
    [{ a: true }, {}, ['a']],
    [{ a: 0 }, {}, ['a']],
    [{ a: '' }, {}, ['a']],
    [{ a: null }, {}, ['a']],
  ])('of %j are in %j: %j', (requested, found, unmet) => {
    expect(unmetFields(requested, found)).toEqual(unmet);
  });

  it('are not those that are still open', () => {
    expect(unmetFields({ a: 'open', b: { c: 'open', d: 1 } }, {}, (value) => value === 'open')).toEqual([
      'b.d',
    ]);
  });
});
