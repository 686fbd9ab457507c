import { z } from 'zod';

/** A change that AWS has carried out. */
export interface Effect {
  readonly operation: string;
  /** The job, endpoint or model version. */
  readonly name: string;
  /** Undefined if the vault has no intent that can be the one of this change. */
  readonly intent: string | undefined;
  readonly hash: string;
  readonly incident: string;
  /** Its place in the order of all changes in AWS. */
  readonly order: number;
  readonly maxSeconds: number;
}

/** An intent in the vault, and its place in the order of all changes in AWS. */
export interface Written {
  readonly id: string;
  readonly incident: string;
  readonly step: string;
  readonly attempt: number;
  readonly hash: string;
  readonly order: number;
}

export interface Call {
  readonly operation: string;
  readonly request: Readonly<Record<string, unknown>>;
}

const Created = z.object({
  TrainingJobName: z.string(),
  StoppingCondition: z.object({
    MaxRuntimeInSeconds: z.number(),
    MaxWaitTimeInSeconds: z.number().optional(),
  }),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
});

/** The copies of this job that were launched. Their tags name the intent. */
export function launchesOf(job: string, calls: readonly Call[]): readonly Effect[] {
  return calls.flatMap(({ operation, request }, order) => {
    const created = operation === 'CreateTrainingJob' ? Created.safeParse(request).data : undefined;
    if (created?.TrainingJobName.startsWith(`${job}-r`) !== true) return [];
    const tag = (key: string): string => created.Tags.find(({ Key }) => Key === key)?.Value ?? '';
    const { MaxRuntimeInSeconds: run, MaxWaitTimeInSeconds: wait = run } = created.StoppingCondition;
    return [
      {
        operation,
        name: created.TrainingJobName,
        intent: tag('relight:intent'),
        hash: tag('relight:spec-hash'),
        incident: tag('relight:incident'),
        order,
        maxSeconds: wait,
      },
    ];
  });
}

/** The step of the playbook that sends each call which has no tags. */
const stepOf: Readonly<Record<string, string>> = {
  UpdateEndpoint: 'promoted',
  UpdateModelPackage: 'marked',
};
const Named = z.union([
  z.object({ EndpointName: z.string() }).transform((one) => one.EndpointName),
  z.object({ ModelPackageArn: z.string() }).transform((one) => one.ModelPackageArn),
]);

/** Changes of production. Each takes the first unused intent of its step, so a change that was sent twice has none. */
export function productionChanges(calls: readonly Call[], intents: readonly Written[]): readonly Effect[] {
  const unused = intents.toSorted((one, other) => one.order - other.order);
  return calls.flatMap(({ operation, request }, order) => {
    const step = stepOf[operation];
    if (step === undefined) return [];
    const at = unused.findIndex((one) => one.step === step && one.order < order);
    const [own] = at < 0 ? [] : unused.splice(at, 1);
    const { id: intent, hash = '', incident = '' } = own ?? {};
    return [{ operation, name: Named.parse(request), intent, hash, incident, order, maxSeconds: 0 }];
  });
}
