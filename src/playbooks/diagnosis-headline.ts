import type { Strategy } from '../diagnosis/strategy.ts';
import { counted } from '../in-words.ts';
import type { FailureKind } from '../ports/failure-kind.ts';

/** The parts of a diagnosis that its headline is about. */
interface Diagnosed {
  readonly kind: FailureKind;
  readonly strategy: Strategy;
  readonly why: string;
  readonly interruptions: number;
  readonly jobStatus: string;
}

export function diagnosisHeadline({ kind, strategy, why, interruptions, jobStatus }: Diagnosed): string {
  if (strategy === 'none_trains_again')
    return `SageMaker restarted the job automatically after ${counted(interruptions, 'spot interruption')}: it is training again`;
  if (strategy === 'resume_elsewhere') return `The job is waiting for spot instances: ${why}`;
  const failed = jobStatus === 'Failed' || jobStatus === 'Stopped';
  return `${failed ? headlines[kind] : 'Nothing to recover'}: ${why}`;
}

const headlines: Readonly<Record<FailureKind, string>> = {
  spot_interruption: 'AWS reclaimed the spot instances and SageMaker gave up waiting',
  capacity: 'SageMaker could not get the instances',
  oom_gpu: 'The GPU ran out of memory',
  oom_host: 'The instance ran out of memory',
  disk_full: 'The disk filled up',
  data: 'The training data could not be loaded',
  permission: 'AWS denied the job access',
  network: 'The job could not reach S3',
  internal: 'SageMaker had an internal error',
  time_limit: 'The job reached its time limit',
  quota: 'An account quota stopped the job',
  throttle: 'AWS throttled the job',
  user_stopped: 'Someone stopped the job',
  bad_checkpoint: 'The job could not load its checkpoint',
  code_error: 'The training script failed',
  hang_or_nccl: 'The job hung',
  hardware: 'The hardware failed',
  dependency_install: 'A dependency could not be installed',
  image: 'The container image could not be used',
  unknown: 'Relight does not recognize this failure',
};
