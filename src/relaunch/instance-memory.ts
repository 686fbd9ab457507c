import { gpuCount } from '../checkpoints/gpu-counts.ts';

/** Memory of one SageMaker training instance, in GiB as AWS states it: https://aws.amazon.com/ec2/instance-types/ */
export interface InstanceMemory {
  readonly host: number;
  /** Memory of each GPU. */
  readonly gpu: number;
  readonly gpus: number;
}

/** Memory of one GPU of the family. */
const gpuMemory: Readonly<Record<string, number>> = {
  p3: 16,
  p3dn: 32,
  p4d: 40,
  p4de: 80,
  p5: 80,
  p5e: 141,
  p5en: 141,
  g4dn: 16,
  g5: 24,
  g6: 24,
  g6e: 48,
};

const smallSizes = { xlarge: 16, '2xlarge': 32, '4xlarge': 64, '8xlarge': 128 } as const;
const g5Sizes = { ...smallSizes, '12xlarge': 192, '16xlarge': 256, '24xlarge': 384, '48xlarge': 768 };

/** Host memory of each size of the family. */
const hostMemory: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  p3: { '2xlarge': 61, '8xlarge': 244, '16xlarge': 488 },
  p3dn: { '24xlarge': 768 },
  p4d: { '24xlarge': 1152 },
  p4de: { '24xlarge': 1152 },
  p5: { '4xlarge': 256, '48xlarge': 2048 },
  p5e: { '48xlarge': 2048 },
  p5en: { '48xlarge': 2048 },
  g4dn: { ...smallSizes, '12xlarge': 192, '16xlarge': 256 },
  g5: g5Sizes,
  g6: g5Sizes,
  g6e: {
    xlarge: 32,
    '2xlarge': 64,
    '4xlarge': 128,
    '8xlarge': 256,
    '12xlarge': 384,
    '16xlarge': 512,
    '24xlarge': 768,
    '48xlarge': 1536,
  },
};

/** Undefined if the type is not in the table; callers then draw no conclusions. */
export function memoryOf(instanceType: string): InstanceMemory | undefined {
  const [family = '', size = ''] = instanceType.replace(/^ml\./, '').split('.');
  const host = hostMemory[family]?.[size];
  const gpu = gpuMemory[family];
  const gpus = gpuCount(instanceType);
  return host === undefined || gpu === undefined || gpus === undefined ? undefined : { host, gpu, gpus };
}

/**
 * Allowed types with more of the memory that ran out and the same number of GPUs, smallest first. A different number of
 * GPUs would change the effective batch, and a sharded checkpoint would not fit.
 */
export function largerTypes(
  instanceType: string | undefined,
  wanted: 'gpu' | 'host',
  allowed: readonly string[],
): string[] {
  const now = instanceType === undefined ? undefined : memoryOf(instanceType);
  if (now === undefined) return [];
  return allowed
    .flatMap((type) => {
      const memory = memoryOf(type);
      return memory === undefined ? [] : [{ type, memory }];
    })
    .filter(({ memory }) => memory[wanted] > now[wanted] && memory.gpus === now.gpus)
    .sort((one, other) => one.memory[wanted] - other.memory[wanted])
    .map(({ type }) => type);
}

/** The job's own type, then the allowed ones with as many GPUs. */
export function sameGpus(instanceType: string, allowed: readonly string[]): string[] {
  const gpus = gpuCount(instanceType);
  const others = allowed.filter(
    (type) => type !== instanceType && gpus !== undefined && gpuCount(type) === gpus,
  );
  return [instanceType, ...others];
}
