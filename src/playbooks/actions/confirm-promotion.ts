import { quote } from '../../in-words.ts';
import type { ServedEndpoint } from '../../ports/models.ts';
import { Again, defineAction, OpsError, z } from '../define.ts';

const Confirmed = z.object({ endpoint: z.string(), config: z.string(), version: z.string() });

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html: EndpointStatus */
const broken: ReadonlySet<string> = new Set(['Failed', 'OutOfService', 'UpdateRollbackFailed', 'Deleting']);

export const confirmPromotion = defineAction({
  name: 'confirm-promotion',
  effect: 'read',
  title: 'Watch the promotion',
  does: 'Waits until the endpoint serves the new configuration: InService alone could also mean that the update was rolled back.',
  input: z.object({ endpoint: z.string(), config: z.string(), previous: z.string(), version: z.string() }),
  output: Confirmed,
  report: ({ endpoint, version, config }) => ({
    headline: `${endpoint} is serving ${version}`,
    facts: [{ label: 'Configuration', value: config }],
  }),
  run: async ({ endpoint, config, version }, { models }) => {
    const now = await models.served(endpoint);
    if (broken.has(now.status)) throw new OpsError('endpoint-broken', inWords(now));
    if (now.status !== 'InService' || now.pendingConfig !== undefined)
      return new Again(5_000, `${endpoint} is ${now.status}, from ${now.config} to ${config}`);
    if (now.config !== config) throw new OpsError('promotion-rolled-back', inWords(now));
    return { endpoint, config, version };
  },
});

function inWords({ name, status, config, failureReason }: ServedEndpoint): string {
  const why = failureReason === undefined ? '' : `: “${quote(failureReason)}”`;
  return `${name} is ${status} and serves ${config}${why}`;
}
