import { z } from 'zod';

const Capacity = z.object({
  Type: z.enum(['INSTANCE_COUNT', 'CAPACITY_PERCENT']),
  Value: z.number().int().min(1),
});
type Capacity = z.infer<typeof Capacity>;
const Wait = z.number().int().min(0).max(3600);
const Timeout = z.number().int().min(600).max(28_800);

const Routing = z.object({
  Type: z.enum(['ALL_AT_ONCE', 'CANARY', 'LINEAR']),
  WaitIntervalInSeconds: Wait,
  CanarySize: Capacity.optional(),
  LinearStepSize: Capacity.optional(),
});
const BlueGreen = z.object({
  TrafficRoutingConfiguration: Routing,
  TerminationWaitInSeconds: Wait.default(0),
  MaximumExecutionTimeoutInSeconds: Timeout.optional(),
});
const Rolling = z.object({
  MaximumBatchSize: Capacity,
  WaitIntervalInSeconds: Wait,
  MaximumExecutionTimeoutInSeconds: Timeout.optional(),
  RollbackMaximumBatchSize: Capacity.optional(),
});

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeploymentConfig.html */
export const DeploymentConfig = z
  .object({
    BlueGreenUpdatePolicy: BlueGreen.optional(),
    RollingUpdatePolicy: Rolling.optional(),
    AutoRollbackConfiguration: z
      .object({
        Alarms: z
          .array(
            z.object({
              AlarmName: z
                .string()
                .min(1)
                .max(255)
                .regex(/^(?!\s*$).+/),
            }),
          )
          .min(1)
          .max(10)
          .optional(),
      })
      .optional(),
  })
  .superRefine((config, context) => {
    const wrong = configProblem(config);
    if (wrong !== undefined) context.addIssue({ code: 'custom', message: wrong });
  });
export type DeploymentConfig = z.infer<typeof DeploymentConfig>;

interface Policies {
  readonly BlueGreenUpdatePolicy?: z.infer<typeof BlueGreen> | undefined;
  readonly RollingUpdatePolicy?: z.infer<typeof Rolling> | undefined;
}

/** The rules come from the API reference. It does not document the error messages, so these are our own. */
function configProblem({
  BlueGreenUpdatePolicy: blue,
  RollingUpdatePolicy: rolling,
}: Policies): string | undefined {
  if (blue !== undefined && rolling !== undefined)
    return 'Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy can be specified.';
  if (rolling !== undefined) return sizeProblem('MaximumBatchSize', rolling.MaximumBatchSize, 5, 50);
  if (blue === undefined) return undefined;
  return routingProblem(blue.TrafficRoutingConfiguration) ?? timeoutProblem(blue);
}

function routingProblem({
  Type: type,
  CanarySize: canary,
  LinearStepSize: step,
}: z.infer<typeof Routing>): string | undefined {
  if ((type === 'CANARY') !== (canary !== undefined))
    return 'CanarySize must be specified when and only when the traffic routing type is CANARY.';
  if ((type === 'LINEAR') !== (step !== undefined))
    return 'LinearStepSize must be specified when and only when the traffic routing type is LINEAR.';
  return sizeProblem('CanarySize', canary, 1, 50) ?? sizeProblem('LinearStepSize', step, 10, 50);
}

function sizeProblem(
  member: string,
  size: Capacity | undefined,
  min: number,
  max: number,
): string | undefined {
  if (size?.Type !== 'CAPACITY_PERCENT' || (size.Value >= min && size.Value <= max)) return undefined;
  return `${member} must be between ${min}% and ${max}% of the variant's total instance count.`;
}

function timeoutProblem({
  TrafficRoutingConfiguration: { WaitIntervalInSeconds: wait },
  TerminationWaitInSeconds: termination,
  MaximumExecutionTimeoutInSeconds: timeout,
}: z.infer<typeof BlueGreen>): string | undefined {
  if (timeout === undefined || timeout > wait + termination) return undefined;
  return 'MaximumExecutionTimeoutInSeconds must be larger than the total waiting time.';
}

/** The number of steps in which traffic shifts to the new fleet; one step without a policy. */
export function trafficSteps(
  how: DeploymentConfig | undefined,
  variants: readonly { readonly instances: number }[],
): number {
  const { BlueGreenUpdatePolicy: blue, RollingUpdatePolicy: rolling } = how ?? {};
  const instances = variants.reduce((sum, variant) => sum + variant.instances, 0);
  if (rolling !== undefined) return stepsOf(rolling.MaximumBatchSize, instances);
  const { Type: type = 'ALL_AT_ONCE', LinearStepSize: step } = blue?.TrafficRoutingConfiguration ?? {};
  if (type === 'LINEAR' && step !== undefined) return stepsOf(step, instances);
  return type === 'CANARY' ? 2 : 1;
}

function stepsOf({ Type: type, Value: value }: Capacity, instances: number): number {
  return Math.ceil((type === 'CAPACITY_PERCENT' ? 100 : instances) / value);
}

/** The wait times of a policy, in seconds. */
export function waitsOf(how: DeploymentConfig | undefined): {
  readonly step: number;
  readonly termination: number;
  readonly timeout: number | undefined;
} {
  const { BlueGreenUpdatePolicy: blue, RollingUpdatePolicy: rolling } = how ?? {};
  return {
    step: (rolling ?? blue?.TrafficRoutingConfiguration)?.WaitIntervalInSeconds ?? 0,
    termination: blue?.TerminationWaitInSeconds ?? 0,
    timeout: (rolling ?? blue)?.MaximumExecutionTimeoutInSeconds,
  };
}
