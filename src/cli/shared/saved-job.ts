import { z } from 'zod';
import { gpuCount } from '../../checkpoints/gpu-counts.ts';

/** What a batch plan needs of a job. */
export interface SavedJob {
  readonly hyperParameters: Readonly<Record<string, string>>;
  /** Total of all instances; absent if the file does not tell. */
  readonly gpus?: number | undefined;
  readonly trainer?: string | undefined;
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
  ResourceConfig: Machines.extend({ InstanceGroups: z.array(Machines).nullish() }).nullish(),
});

const Plain = z.object({
  hyperParameters: HyperParameters,
  gpus: z.number().int().positive().optional(),
  trainer: z.string().optional(),
});

/** Reads DescribeTrainingJob output, or `{ hyperParameters, gpus, trainer }`; a description of the problem otherwise. */
export function savedJobIn(text: string): SavedJob | { readonly wrong: string } {
  const json = parseJson(text);
  if (json === undefined) return { wrong: 'is not JSON' };
  const isPlain =
    z.object({ hyperParameters: z.unknown() }).safeParse(json).data?.hyperParameters !== undefined;
  const parsed = isPlain ? Plain.safeParse(json) : Described.transform(fromDescribe).safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      wrong: `does not describe a job (${issue?.path.join('.') || 'the value'}: ${issue?.message ?? ''})`,
    };
  }
  if (Object.keys(parsed.data.hyperParameters).length === 0)
    return { wrong: 'has no HyperParameters, which a batch plan is made of' };
  return parsed.data;
}

function fromDescribe({
  HyperParameters: all,
  ResourceConfig: machines,
}: z.infer<typeof Described>): SavedJob {
  const groups = machines?.InstanceGroups?.length ? machines.InstanceGroups : [machines ?? {}];
  const counts = groups.map(({ InstanceType: type, InstanceCount: count }) => {
    const each = gpuCount(type ?? '');
    return each === undefined ? Number.NaN : each * (count ?? 1);
  });
  const gpus = counts.reduce((sum, one) => sum + one, 0);
  return { hyperParameters: all ?? {}, gpus: Number.isNaN(gpus) ? undefined : gpus };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
