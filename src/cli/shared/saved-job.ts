import { z } from 'zod';
import { gpuCount } from '../../checkpoints/gpu-counts.ts';

/** What a batch plan needs of a job. */
export interface SavedJob {
  readonly hyperParameters: Readonly<Record<string, string>>;
  /** Total of all instances; absent if the file does not tell. */
  readonly gpus?: number | undefined;
  readonly trainer?: string | undefined;
  readonly containerArguments?: readonly string[] | undefined;
}

/** SageMaker stores strings; people also write numbers, flags and objects. */
const HyperParameters = z.record(
  z.string(),
  z.union([
    z.string(),
    z.number().transform(String),
    z.boolean().transform(String),
    z.record(z.string(), z.unknown()).transform((value) => JSON.stringify(value)),
  ]),
);

const Machines = z.object({ InstanceType: z.string().nullish(), InstanceCount: z.number().int().nullish() });

const Described = z.object({
  HyperParameters: HyperParameters.nullish(),
  AlgorithmSpecification: z.object({ ContainerArguments: z.array(z.string()).nullish() }).nullish(),
  ResourceConfig: Machines.extend({ InstanceGroups: z.array(Machines).nullish() }).nullish(),
});

const Plain = z.object({
  hyperParameters: HyperParameters,
  gpus: z.number().int().positive().optional(),
  trainer: z.string().optional(),
  containerArguments: z.array(z.string()).optional(),
});

const isPlain = z.object({ hyperParameters: z.unknown().refine((value) => value !== undefined) });

/** Reads DescribeTrainingJob output, or `{ hyperParameters, gpus, trainer }`; a description of the problem otherwise. */
export function savedJobIn(text: string): SavedJob | { readonly wrong: string } {
  const json = parseJson(text);
  if (json === undefined) return { wrong: 'is not JSON' };
  const plain = isPlain.safeParse(json).success;
  const { data: job, error } = (plain ? Plain : Described.transform(fromDescribe)).safeParse(json);
  if (job === undefined) return { wrong: `does not describe a job (${firstIssue(error)})` };
  const { hyperParameters, containerArguments = [] } = job;
  // Saved output is often trimmed, while empty hyperparameters in the short form are meant.
  return !plain && Object.keys(hyperParameters).length + containerArguments.length === 0
    ? { wrong: 'has no HyperParameters, which a batch plan is made of' }
    : job;
}

function firstIssue(error: z.ZodError | undefined): string {
  const [issue] = error?.issues ?? [];
  return `${issue?.path.join('.') || 'the value'}: ${issue?.message ?? ''}`;
}

function fromDescribe({
  HyperParameters: all,
  ResourceConfig: machines,
  AlgorithmSpecification: algorithm,
}: z.infer<typeof Described>): SavedJob {
  const groups = machines?.InstanceGroups?.length ? machines.InstanceGroups : [machines ?? {}];
  const counts = groups.map(({ InstanceType: type, InstanceCount: count }) => {
    const each = gpuCount(type ?? '');
    return each === undefined ? Number.NaN : each * (count ?? 1);
  });
  const containerArguments = algorithm?.ContainerArguments ?? [];
  const gpus = counts.reduce((sum, one) => sum + one, 0);
  return { hyperParameters: all ?? {}, gpus: Number.isNaN(gpus) ? undefined : gpus, containerArguments };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
