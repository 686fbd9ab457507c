import { gpuCount } from '../checkpoints/gpu-counts.ts';
import type { Caps, TrainingJob } from '../ports/ports.ts';

const upTo8 = { xlarge: 250, '2xlarge': 450, '4xlarge': 600, '8xlarge': 900 } as const;
const g6Sizes = { ...upTo8, '12xlarge': 3_760, '16xlarge': 1_880, '24xlarge': 3_760, '48xlarge': 7_520 };

/** GB of local NVMe storage of each size of the family: https://aws.amazon.com/ec2/instance-types/ */
const localStorage: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  g4dn: { xlarge: 125, '2xlarge': 225, '4xlarge': 225, '8xlarge': 900, '12xlarge': 900, '16xlarge': 900 },
  g5: { ...upTo8, '12xlarge': 3_800, '16xlarge': 1_900, '24xlarge': 3_800, '48xlarge': 7_600 },
  g6: g6Sizes,
  g6e: { ...upTo8, '12xlarge': 3_800, '16xlarge': 1_900, '24xlarge': 3_800, '48xlarge': 7_600 },
  p3dn: { '24xlarge': 1_800 },
  p4d: { '24xlarge': 8_000 },
  p4de: { '24xlarge': 8_000 },
  p5: { '4xlarge': 3_840, '48xlarge': 30_720 },
  p5e: { '48xlarge': 30_720 },
  p5en: { '48xlarge': 30_720 },
};

/**
 * GB of the storage that SageMaker mounts at /opt/ml and /tmp. Instances with NVMe storage use all of it and ignore
 * VolumeSizeInGB. Undefined for types that use a volume.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-train-storage-tips-considerations.html
 */
function localStorageOf(instanceType: string): number | undefined {
  const [family = '', size = ''] = instanceType.replace(/^ml\./, '').split('.');
  return localStorage[family]?.[size];
}

/** More room for a job whose disk filled up. */
export type MoreRoom =
  | { readonly way: 'larger-volume'; readonly before: number; readonly after: number }
  /** `types`: smallest first, with the same number of GPUs. */
  | { readonly way: 'larger-instance'; readonly before: number; readonly types: readonly string[] }
  | { readonly way: 'none'; readonly why: string };

/** Doubles the volume within the cap; a job on local storage needs an instance with more of it. */
export function moreRoom(
  { instanceType, volumeGb }: Pick<TrainingJob, 'instanceType' | 'volumeGb'>,
  caps: Caps,
): MoreRoom {
  if (instanceType === undefined)
    return { way: 'none', why: 'the job runs on groups of instances, whose volumes Relight does not change' };
  const local = localStorageOf(instanceType);
  if (local !== undefined) return onLocalStorage(instanceType, local, caps);
  if (volumeGb === undefined) return { way: 'none', why: 'SageMaker does not tell the size of its volume' };
  if (volumeGb >= caps.volumeGb)
    return {
      way: 'none',
      why: `its volume has ${volumeGb} GB, and caps.volume_gb in relight.yaml is ${caps.volumeGb}`,
    };
  return { way: 'larger-volume', before: volumeGb, after: Math.min(volumeGb * 2, caps.volumeGb) };
}

function onLocalStorage(instanceType: string, before: number, { instanceTypes }: Caps): MoreRoom {
  const gpus = gpuCount(instanceType);
  const types = instanceTypes
    .map((type) => ({ type, size: localStorageOf(type) ?? 0 }))
    .filter(({ type, size }) => size > before && gpuCount(type) === gpus)
    .toSorted((one, other) => one.size - other.size)
    .map(({ type }) => type);
  if (types.length > 0) return { way: 'larger-instance', before, types };
  return {
    way: 'none',
    why: `${instanceType} has ${before} GB of local storage, which cannot grow, and caps.instance_types allows no type with more and as many GPUs`,
  };
}
