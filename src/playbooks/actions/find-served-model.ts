import { quote, time } from '../../in-words.ts';
import { versionIn } from '../../models/version.ts';
import { defineAction, OpsError, z } from '../define.ts';

const Served = z.object({
  endpoint: z.string(),
  status: z.string(),
  config: z.string(),
  changedAt: z.number(),
  failureReason: z.string().optional(),
  group: z.string(),
  version: z.number().int(),
  packageArn: z.string(),
  /** The variant that serves this version, for reading its metrics. */
  variant: z.string(),
});
type Served = z.infer<typeof Served>;

export const findServedModel = defineAction({
  name: 'find-served-model',
  effect: 'read',
  title: 'Live model',
  does: 'Looks up the endpoint’s configuration, its model and the version in the model registry.',
  input: z.object({ endpoint: z.string() }),
  output: Served,
  report: (served: Served) => ({
    headline: `${served.endpoint} is serving ${served.group} v${served.version}`,
    facts: [
      { label: 'Status', value: served.status },
      { label: 'Configuration', value: served.config },
      { label: 'Since', value: time(served.changedAt) },
    ],
    lines: served.failureReason === undefined ? [] : [`SageMaker reports: “${quote(served.failureReason)}”`],
  }),
  run: async ({ endpoint }, { models }) => {
    const { status, config, changedAt, failureReason, variants } = await models.served(endpoint);
    const serving = variants.find((variant) => variant.packageArn !== undefined);
    const packageArn = serving?.packageArn ?? '';
    const found = versionIn(packageArn);
    if (found === undefined)
      throw new OpsError('no-fallback', `${endpoint} serves a model that is not in a model package group`);
    return {
      endpoint,
      status,
      config,
      changedAt,
      ...(failureReason !== undefined && { failureReason }),
      ...found,
      packageArn,
      variant: serving?.name ?? '',
    };
  },
});
