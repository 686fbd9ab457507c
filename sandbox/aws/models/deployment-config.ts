import { z } from 'zod';

const Capacity = z.object({
  Type: z.enum(['INSTANCE_COUNT', 'CAPACITY_PERCENT']),
  Value: z.number().int().min(1),
});
export type Capacity = z.infer<typeof Capacity>;
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
    const wrong = wrongWith(config);
    if (wrong !== undefined) context.addIssue({ code: 'custom', message: wrong });
  });
export type DeploymentConfig = z.infer<typeof DeploymentConfig>;

interface Policies {
  readonly BlueGreenUpdatePolicy?: z.infer<typeof BlueGreen> | undefined;
  readonly RollingUpdatePolicy?: z.infer<typeof Rolling> | undefined;
}

/** The rules are those of the reference; it does not give the words in which AWS refuses, so these are the stand-in's. */
function wrongWith({
  BlueGreenUpdatePolicy: blue,
  RollingUpdatePolicy: rolling,
}: Policies): string | undefined {
  if (blue !== undefined && rolling !== undefined)
    return 'Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy can be specified.';
  if (rolling !== undefined) return outside('MaximumBatchSize', rolling.MaximumBatchSize, 5, 50);
  if (blue === undefined) return undefined;
  return wrongRouting(blue.TrafficRoutingConfiguration) ?? tooShort(blue);
}

function wrongRouting({
  Type: type,
  CanarySize: canary,
  LinearStepSize: step,
}: z.infer<typeof Routing>): string | undefined {
  if ((type === 'CANARY') !== (canary !== undefined))
    return 'CanarySize must be specified when and only when the traffic routing type is CANARY.';
  if ((type === 'LINEAR') !== (step !== undefined))
    return 'LinearStepSize must be specified when and only when the traffic routing type is LINEAR.';
  return outside('CanarySize', canary, 1, 50) ?? outside('LinearStepSize', step, 10, 50);
}

function outside(
  member: string,
  size: Capacity | undefined,
  least: number,
  most: number,
): string | undefined {
  if (size?.Type !== 'CAPACITY_PERCENT' || (size.Value >= least && size.Value <= most)) return undefined;
  return `${member} must be between ${least}% and ${most}% of the variant's total instance count.`;
}

function tooShort({
  TrafficRoutingConfiguration: { WaitIntervalInSeconds: wait },
  TerminationWaitInSeconds: termination,
  MaximumExecutionTimeoutInSeconds: timeout,
}: z.infer<typeof BlueGreen>): string | undefined {
  if (timeout === undefined || timeout > wait + termination) return undefined;
  return 'MaximumExecutionTimeoutInSeconds must be larger than the total waiting time.';
}
