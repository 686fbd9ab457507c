import { describe, expect, it } from 'vitest';
import { outputsIn } from '../../../src/aws/training/describe-output.ts';

const described = (changes: object = {}): object => ({
  TrainingJobName: 'gold-1',
  TrainingJobStatus: 'Stopped',
  SecondaryStatus: 'MaxWaitTimeExceeded',
  ...changes,
});

function startOf(StartTime: unknown): unknown {
  const saved = JSON.stringify(
    described({ SecondaryStatusTransitions: [{ Status: 'Training', StartTime }] }),
  );
  const [output] = outputsIn(saved);
  return output !== undefined && 'job' in output ? output.job.transitions[0]?.startedAt : output;
}

function namesIn(text: string): readonly unknown[] {
  return outputsIn(text).map((output) => ('job' in output ? output.job.name : output));
}

describe('the times of saved DescribeTrainingJob output', () => {
  it.each([
    ['the AWS CLI', '2025-11-04T12:00:00.700000+01:00'],
    ['the AWS CLI with seconds', 1762254000.7],
    ['the AWS CLI as text', '1762254000.7'],
    ['json.dumps with default=str', '2025-11-04 11:00:00.700000+00:00'],
    ['json.dumps with default=str, without a zone', '2025-11-04 11:00:00.700000'],
    ['a naive isoformat', '2025-11-04T11:00:00.700'],
    ['JavaScript', 1762254000700],
  ])('are read as written by %s', (_, written) => {
    expect(startOf(written)).toBe(Date.UTC(2025, 10, 4, 11, 0, 0, 700));
  });

  it('are left out in any other form, because the state counts and not its time', () => {
    expect(startOf('yesterday')).toBe(0);
    expect(startOf(null)).toBe(0);
  });
});

describe('saved answers of DescribeTrainingJob', () => {
  const [one, two] = [described({ TrainingJobName: 'one' }), described({ TrainingJobName: 'two' })];

  it.each([
    ['a list', JSON.stringify([one, two])],
    ['JSON lines', `${JSON.stringify(one)}\n${JSON.stringify(two)}`],
    ['one after the other', `${JSON.stringify(one)}${JSON.stringify(two)}`],
    ['one after the other, indented', `${JSON.stringify(one, null, 4)}${JSON.stringify(two, null, 4)}`],
    ['an answer of `search`', JSON.stringify({ Results: [{ TrainingJob: one }, { TrainingJob: two }] })],
    ['a collection by name', JSON.stringify({ a: one, b: two })],
    [
      'YAML',
      'TrainingJobName: one\nTrainingJobStatus: Failed\n---\nTrainingJobName: two\nTrainingJobStatus: Failed\n',
    ],
  ])('are read as %s', (_, text) => {
    expect(namesIn(text)).toEqual(['one', 'two']);
  });

  it('are read as Python prints them', () => {
    const text = `{'TrainingJobName': 'one', 'TrainingJobStatus': 'Failed', 'EnableManagedSpotTraining': True,
 'FailureReason': 'AlgorithmError: ErrorMessage "KeyError: \\'text\\'"\\nCommand', 'CheckpointConfig': None,
 'SecondaryStatusTransitions': [{'Status': 'Training', 'StartTime': datetime.datetime(2025, 11, 4, 11, 0, 0, 700000, tzinfo=tzlocal())}]}`;
    expect(outputsIn(text)).toEqual([
      {
        line: 1,
        job: expect.objectContaining({
          name: 'one',
          spot: true,
          failureReason: 'AlgorithmError: ErrorMessage "KeyError: \'text\'"\nCommand',
          transitions: [{ status: 'Training', startedAt: Date.UTC(2025, 10, 4, 11, 0, 0, 700) }],
        }),
      },
    ]);
  });
});
