import { describe, expect, it } from 'vitest';
import { stepFilesOf } from '../../../src/incidents/record/step-files.ts';
import type { KeptFile } from '../../../src/ports/files.ts';

const file = (name: string, fill = 'a'): KeptFile => ({
  name,
  type: 'text/plain',
  sha256: fill.repeat(64),
  size: 1,
});
const done = (result: unknown) => ({ status: 'done' as const, attempt: 1, result, at: 1 });

describe('the files for the thread', () => {
  it('are those of the finished steps', () => {
    const states = {
      found: done({ checkpoint: 'x', files: [file('a.txt'), file('b.txt')] }),
      resumed: { status: 'waiting' as const, attempt: 1 },
      named: done({ files: 'an answer that people gave to a field of this name' }),
      empty: done({ files: [] }),
      other: done({ files: [{ path: '/tmp/a', from: 'an earlier version' }] }),
      none: done(undefined),
    };

    const list = stepFilesOf({ states });

    expect(list.map(({ step, files }) => [step, files.map(({ name }) => name)])).toEqual([
      ['found', ['a.txt', 'b.txt']],
    ]);
  });

  it('are posted again only if a step has different files', () => {
    const keyOf = (files: readonly KeptFile[]): string | undefined =>
      stepFilesOf({ states: { found: done({ files }) } })[0]?.key;

    expect(keyOf([file('a.txt')])).toBe(keyOf([file('a.txt')]));
    expect(keyOf([file('a.txt')])).not.toBe(keyOf([file('a.txt', 'b')]));
    expect(keyOf([file('a.txt')])).not.toBe(keyOf([file('a.txt'), file('b.txt')]));
  });

  it('are limited to what one Slack message shows', () => {
    const files = Array.from({ length: 14 }, (_, at) => file(`${at}.txt`));

    expect(stepFilesOf({ states: { found: done({ files }) } })[0]?.files).toHaveLength(10);
  });
});
