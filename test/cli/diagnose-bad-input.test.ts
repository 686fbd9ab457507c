import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runRelight } from '../support/run-relight.ts';
import { aFile, described, diagnose, folder, rows } from './saved-output.ts';

describe('relight diagnose with bad input', () => {
  it.each([
    [
      'a missing file',
      () => join(folder, 'nowhere.json'),
      /nowhere\.json cannot be read\. Specify an existing file/,
    ],
    ['an empty file', () => aFile('empty.json', '\n'), /empty\.json contains no DescribeTrainingJob output/],
    [
      'plain text',
      () => aFile('text.json', 'Unable to locate credentials'),
      /text\.json, line 1 is not JSON/,
    ],
    [
      'other JSON',
      () => aFile('other.json', '\n{"a": 1}'),
      /line 2 is not DescribeTrainingJob output .*TrainingJobName/,
    ],
  ])('prints one line with the problem and a remedy for %s', async (_, path, words) => {
    const { code, out, err } = await diagnose(path(), '--json');

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.trim().split('\n')).toEqual([expect.stringMatching(words)]);
  });

  it('does not use one log for several jobs', async () => {
    const path = aFile('two.jsonl', `${JSON.stringify(described())}\n${JSON.stringify(described())}`);
    const ran = await diagnose(path, '--json', '--log', aFile('one.txt', 'CUDA out of memory'));

    expect(ran).toMatchObject({
      code: 1,
      err: expect.stringMatching(/one\.txt was not used.*output of a single job/),
    });
    expect(rows(ran)).toMatchObject([{ kind: 'unknown' }, { kind: 'unknown' }]);
  });

  it.each([
    [[]],
    [['gold-1', '--describe', 'x.json']],
    [['gold-1', '--log', 'x.txt']],
    [['--describe', '-', '--log', '-']],
  ])('exits with 2 on the usage error %j', async (args) => {
    const { code, err } = await runRelight(['diagnose', ...args]);

    expect(code).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
