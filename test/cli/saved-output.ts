import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ran, runRelight } from '../support/run-relight.ts';

export const folder = mkdtempSync(join(tmpdir(), 'relight-diagnose-'));

export function aFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The output of `aws sagemaker describe-training-job`. */
export function described(changes: Readonly<Record<string, unknown>> = {}): object {
  return {
    TrainingJobName: 'gold-1',
    TrainingJobArn: 'arn:aws:sagemaker:us-east-1:123456789012:training-job/gold-1',
    ModelArtifacts: { S3ModelArtifacts: 's3://srl-rlvr-training/output/gold-1/model.tar.gz' },
    TrainingJobStatus: 'Failed',
    SecondaryStatus: 'Failed',
    FailureReason: 'AlgorithmError: , exit code: 1',
    CheckpointConfig: { S3Uri: 's3://srl-rlvr-training/checkpoints/gold/' },
    CreationTime: '2025-11-04T12:00:00.123000+01:00',
    SecondaryStatusTransitions: [
      { Status: 'Starting', StartTime: '2025-11-04T12:00:00.123000+01:00', EndTime: 1762254300.5 },
    ],
    ...changes,
  };
}

export function diagnose(describe: string, ...more: string[]): Promise<Ran> {
  return runRelight(['diagnose', '--describe', describe, ...more]);
}

export function rows({ out }: Ran): unknown[] {
  return out
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}
