import type { Job } from './job.ts';

interface Machine {
  readonly gpu: number;
  readonly host: number;
}

/** Memory in GiB of the instance types in the example configuration: https://aws.amazon.com/ec2/instance-types/ */
const machines: Readonly<Record<string, Machine>> = {
  'ml.g5.2xlarge': { gpu: 24, host: 32 },
  'ml.g5.4xlarge': { gpu: 24, host: 64 },
  'ml.g6e.4xlarge': { gpu: 48, host: 128 },
  'ml.g5.12xlarge': { gpu: 24, host: 192 },
  'ml.p4d.24xlarge': { gpu: 40, host: 1152 },
  'ml.p5.48xlarge': { gpu: 80, host: 2048 },
};

/** Memory use by training code, so that the same code on the same machine hits the same limit again. */
export class Memory {
  private readonly perSample = new Map<string, number>();
  private readonly onHost = new Map<string, number>();

  /** Limits how many samples of this job's code fit on a GPU of its type. */
  holdsOnGpu(job: Job, samples: number): void {
    this.perSample.set(codeOf(job), machineOf(job).gpu / (samples + 0.5));
  }

  /** Makes this job's code need more host memory than its machine has. */
  needsMoreThanHost(job: Job): void {
    this.onHost.set(codeOf(job), machineOf(job).host);
  }

  /** The memory that this batch exceeds, or undefined if it fits. */
  exceeded(job: Job, batch: number): 'gpu' | 'host' | undefined {
    const machine = machineOf(job);
    if (batch * (this.perSample.get(codeOf(job)) ?? 0) > machine.gpu) return 'gpu';
    return (this.onHost.get(codeOf(job)) ?? 0) >= machine.host ? 'host' : undefined;
  }
}

export const outOfGpuMemory =
  'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 3.91 GiB. GPU 0 has a total capacity of 21.99 GiB of which 1.99 GiB is free. Including non-PyTorch memory, this process has 19.98 GiB memory in use. Of the allocated memory 18.12 GiB is allocated by PyTorch, and 1.21 GiB is reserved by PyTorch but unallocated. If reserved but unallocated memory is large try setting PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation.';

/** The AWS toolkit's message when the kernel kills the script: https://github.com/aws/sagemaker-training-toolkit */
export const killedForMemory =
  'AlgorithmError: ExecuteUserScriptError:\nExitCode 137\nErrorMessage ""\nExtraInfo "OutOfMemory: Process killed by SIGKILL (signal 9)"\nCommand "/opt/conda/bin/python3.11 train_grpo.py --config recipe.yaml", exit code: 137';

function codeOf({ request }: Job): string {
  return request.HyperParameters['sagemaker_submit_directory'] ?? '';
}

function machineOf({ request }: Job): Machine {
  return machines[request.ResourceConfig.InstanceType ?? ''] ?? { gpu: 24, host: 32 };
}

/** The batch size in the job's hyperparameters. */
export function askedBatch({ request }: Job): number {
  return Number((request.HyperParameters['per_device_train_batch_size'] ?? '8').replaceAll('"', ''));
}
