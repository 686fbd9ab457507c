import { spawn } from 'node:child_process';

import { describe, expect, it } from 'vitest';
import { built } from '../../sandbox/built-relight.ts';
import type { Ran } from '../support/run-relight.ts';
import { aFile, described, diagnose, rows } from './saved-output.ts';

const outOfMemory = 'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "CUDA out of memory.';

/** Runs the command with input from a pipe. */
async function piped(input: string, ...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [built, ...args]);
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.err += chunk.toString();
  });
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...output };
}

describe('relight diagnose without AWS, Slack, Redis or configuration', () => {
  it('prints one JSON object for one saved job', async () => {
    const path = aFile('oom.json', JSON.stringify(described({ FailureReason: outOfMemory }), null, 4));

    const ran = await diagnose(path, '--json');

    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(rows(ran)).toEqual([
      {
        job: 'gold-1',
        kind: 'oom_gpu',
        strategy: 'retry_with_reduced_batch',
        batch_size_reduction: 0.5,
        why: expect.stringContaining('smaller batch'),
        evidence: [expect.stringContaining('CUDA out of memory.')],
        confidence: 'high',
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    ]);
  });

  it('uses the end of the log when the FailureReason is not specific', async () => {
    const log = aFile('tail.txt', "step 3\nKeyError: 'prompt'\n\n");

    const ran = await diagnose(aFile('exit-1.json', JSON.stringify(described())), '--log', log, '--json');

    expect(rows(ran)).toEqual([
      expect.objectContaining({ kind: 'data', strategy: 'retry_after_data_fix', confidence: 'medium' }),
    ]);
  });

  it('uses the logs of several hosts', async () => {
    const waiting = aFile(
      'algo-1.txt',
      '[E ProcessGroupNCCL.cpp:563] Watchdog caught collective operation timeout',
    );
    const first = aFile('algo-2.txt', '[rank8]: torch.OutOfMemoryError: CUDA out of memory.');

    const ran = await diagnose(
      aFile('hosts.json', JSON.stringify(described())),
      '--log',
      waiting,
      '--log',
      first,
      '--json',
    );

    expect(rows(ran)).toEqual([
      expect.objectContaining({
        kind: 'oom_gpu',
        evidence: expect.arrayContaining(['Failed first: rank 8 on algo-2']),
        runnerUp: expect.objectContaining({ kind: 'hang_or_nccl' }),
      }),
    ]);
  });

  it('reports an unknown failure instead of guessing, and shows the evidence', async () => {
    const ran = await diagnose(aFile('unknown.json', JSON.stringify(described())), '--json');

    expect(ran.code).toBe(0);
    expect(rows(ran)).toEqual([
      expect.objectContaining({
        kind: 'unknown',
        strategy: 'none',
        confidence: 'low',
        evidence: ['FailureReason: “AlgorithmError: , exit code: 1”', 'No log line was read'],
      }),
    ]);
  });

  it('diagnoses many jobs in the order of the file, and skips invalid output', async () => {
    const path = aFile(
      'many.jsonl',
      [
        JSON.stringify(described({ TrainingJobName: 'one', FailureReason: outOfMemory })),
        'An error occurred (ThrottlingException)',
        '',
        JSON.stringify({ TrainingJobName: 'no-status' }),
        JSON.stringify(described({ TrainingJobName: 'five', FailureReason: 'CapacityError: none' })),
      ].join('\r\n'),
    );

    const ran = await diagnose(path, '--json');

    expect(ran.code).toBe(1);
    expect(rows(ran)).toEqual([
      expect.objectContaining({ job: 'one', kind: 'oom_gpu' }),
      expect.objectContaining({ job: 'five', kind: 'capacity' }),
    ]);
    const problems = ran.err.trim().split('\n');
    expect(problems).toEqual([
      expect.stringMatching(/many\.jsonl, line 2 is not JSON\. Save it with `aws sagemaker/),
      expect.stringMatching(/line 4 is not DescribeTrainingJob output \(TrainingJobStatus: .+\)\. Save/),
    ]);
  });

  it('reads consecutive indented objects, as a loop of AWS CLI calls writes them', async () => {
    const one = JSON.stringify(described({ TrainingJobName: 'one' }), null, 4);
    const two = JSON.stringify(described({ TrainingJobName: 'two' }), null, 4);

    const ran = await diagnose(aFile('loop.json', `${one}\n{\n  "cut": \n}\n${two}\n`), '--json');

    expect(rows(ran)).toMatchObject([{ job: 'one' }, { job: 'two' }]);
    expect(ran.err).toMatch(new RegExp(`line ${one.split('\n').length + 1} is not JSON`));
  });

  it('reads standard input', async () => {
    const ran = await piped(
      JSON.stringify([described(), described({ TrainingJobName: 'two' })]),
      'diagnose',
      '--describe',
      '-',
      '--json',
    );

    expect(ran.code).toBe(0);
    expect(rows(ran)).toMatchObject([{ job: 'gold-1' }, { job: 'two' }]);
  });
});

describe('relight diagnose for a person', () => {
  it('prints what broke, the confidence, the evidence, what Relight would do and the next step', async () => {
    const reason = 'CapacityError: Unable to provision requested ML compute capacity.';
    const { out } = await diagnose(aFile('words.json', JSON.stringify(described({ FailureReason: reason }))));

    expect(out.trimEnd().split('\n')).toEqual([
      'gold-1 (Failed)',
      '  Diagnosis: SageMaker could not get the instances: nothing is wrong with the job itself, so it resumes from its checkpoint',
      '  Cause: no instances available (high confidence)',
      `  Evidence: FailureReason: “${reason}”`,
      '  Relight would: resume from the newest good checkpoint (resume_from_checkpoint)',
      '  Next: In Slack: /relight start spot-interruption gold-1',
    ]);
  });

  it('prints the manual next step if no playbook fits, and removes control characters', async () => {
    const reason = 'OSError: [Errno 28] No space left on device \u001b[2J';
    const { out } = await diagnose(aFile('disk.json', JSON.stringify(described({ FailureReason: reason }))));

    expect(out).toMatch(/Next: .*VolumeSizeInGB/);
    expect(out).not.toContain('\u001b');
  });
});
