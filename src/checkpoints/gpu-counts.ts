import type { TrainingJob } from '../ports/ports.ts';

/**
 * GPUs per SageMaker training instance. https://github.com/aws/sagemaker-hyperpod-cli (INSTANCE_RESOURCES) and
 * https://aws.amazon.com/sagemaker/ai/pricing/
 */
const gpus: Readonly<Record<string, number>> = {
  'p2.xlarge': 1,
  'p2.8xlarge': 8,
  'p2.16xlarge': 16,
  'p3.2xlarge': 1,
  'p3.8xlarge': 4,
  'p3.16xlarge': 8,
  'p3dn.24xlarge': 8,
  'p4d.24xlarge': 8,
  'p4de.24xlarge': 8,
  'p5.4xlarge': 1,
  'p5.48xlarge': 8,
  'p5e.48xlarge': 8,
  'p5en.48xlarge': 8,
  'p6-b200.48xlarge': 8,
  'p6e-gb200.36xlarge': 4,
};

/** Families whose sizes up to 16xlarge have one GPU; only the sizes listed here have more. */
const severalGpus: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  g4dn: { '12xlarge': 4 },
  g5: { '12xlarge': 4, '24xlarge': 4, '48xlarge': 8 },
  g6: { '12xlarge': 4, '24xlarge': 4, '48xlarge': 8 },
  g6e: { '12xlarge': 4, '24xlarge': 4, '48xlarge': 8 },
  g7e: { '12xlarge': 2, '24xlarge': 4, '48xlarge': 8 },
};

/** Undefined for a type that is not in the table, so that callers draw no conclusion from it. */
export function gpuCount(instanceType: string): number | undefined {
  const type = instanceType.replace(/^ml\./, '');
  const [family = '', size = ''] = type.split('.');
  const sizes = severalGpus[family];
  return sizes === undefined ? gpus[type] : (sizes[size] ?? 1);
}

/** The number of training processes of a job, one per GPU. Undefined if its instances are unknown. */
export function worldSizeOf({
  instanceType,
  instanceCount,
}: Pick<TrainingJob, 'instanceType' | 'instanceCount'>): number | undefined {
  const each = instanceType === undefined ? undefined : gpuCount(instanceType);
  return each === undefined || instanceCount === undefined ? undefined : each * instanceCount;
}
