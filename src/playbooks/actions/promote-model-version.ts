import { endpointInstances, requireEndpointWithinCaps } from '../../models/endpoint-caps.ts';
import { promotionCalls } from '../../models/model-calls.ts';
import { guardsAmong, guardsInWords } from '../../models/rollback-alarms.ts';
import { Version, versionName } from '../../models/version.ts';
import type { PackageBasis } from '../../ports/basis.ts';
import type { PromotionRequest } from '../../ports/models.ts';
import type { JsonObject } from '../../ports/ports.ts';
import { freezePackage, requireStillTrue } from '../../relaunch/frozen-basis.ts';
import { endpointPrice } from '../../relaunch/prices/endpoint-price.ts';
import { difference } from '../../relaunch/request-difference.ts';
import { type Difference, defineAction, OpsError, z } from '../define.ts';

const Promoted = z.object({
  endpoint: z.string(),
  config: z.string(),
  previous: z.string(),
  version: z.string(),
  adopted: z.boolean(),
});
type Promoted = z.infer<typeof Promoted>;

export const promoteModelVersion = defineAction({
  name: 'promote-model-version',
  effect: 'change',
  title: 'Promote the previous version',
  does: 'Switches the endpoint to the previous version, on new instances next to the current ones.',
  approver: 'production-approver',
  policyClass: 'production',
  button: 'Promote this version',
  input: z.object({ endpoint: z.string(), fallback: Version }),
  output: Promoted,
  report: ({ endpoint, version, config, adopted }: Promoted) => ({
    headline: `${endpoint} is switching to ${version}`,
    facts: [{ label: 'Configuration', value: config }],
    lines: adopted
      ? ['An earlier run of this attempt had already sent the update; nothing was sent twice.']
      : [],
  }),
  preview: async ({ endpoint, fallback }, { models, caps, prices }, { id }) => {
    const version = requireGood(fallback, await freezePackage(fallback.arn, models));
    const { guards, notOk } = guardsAmong(await models.alarmsOf(endpoint));
    const { request, source, reused } = await models.draftPromotion(endpoint, fallback.arn, id, guards);
    await requireEndpointWithinCaps(request, models, caps);
    const price = endpointPrice(await endpointInstances(request, models), prices);
    return {
      headline: `Switch ${endpoint} to ${versionName(fallback)}`,
      request,
      differences: differences(source, request),
      warnings: [
        ...guardsInWords(guards, notOk),
        ...(reused ? [] : ['This creates a model and an endpoint configuration']),
      ],
      terms: { ...(price !== undefined && { price }), undo },
      reliesOn: [version],
    };
  },
  sends: ({ request }, facts) => promotionCalls(request, facts),
  run: async ({ request, reliesOn }, { endpoint, fallback }, ports, token) => {
    const promotion = promotionIn(request);
    const checked = token.confirmedAfter(async () => {
      await requireEndpointWithinCaps(promotion, ports.models, ports.caps);
      await requireStillTrue({ request, reliesOn }, ports);
    });
    const { adopted } = await ports.models.promote(promotion, checked);
    return {
      endpoint,
      config: promotion.config,
      previous: promotion.expects,
      version: versionName(fallback),
      adopted,
    };
  },
});

const undo =
  'Can be undone: the present configuration and model are kept, so the endpoint can be switched back to them.';

/** Checks the version again: since it was chosen, it may have been rejected, or its artifact deleted. */
function requireGood(fallback: Version, basis: PackageBasis): PackageBasis {
  const name = versionName(fallback);
  if (basis.approval !== 'Approved' || basis.status !== 'Completed')
    throw new OpsError('basis-changed', `${name} is now ${basis.approval} (${basis.status}) in the registry`);
  const missing = basis.containers.find((one) => one.model !== undefined && one.modelIdentity === undefined);
  if (missing !== undefined)
    throw new OpsError('basis-changed', `the artifact of ${name} is no longer at ${missing.model ?? ''}`);
  return basis;
}

const reasons: Readonly<Record<string, string>> = {
  config: 'what the endpoint serves',
  packages: 'the version in the registry',
};

function differences(source: JsonObject, { endpoint, config, packages }: JsonObject): Difference[] {
  // The fields come from a JsonObject, so they are JSON.
  const after = { endpoint, config, packages } as JsonObject;
  return difference(source, after).map((one) => {
    const why = reasons[one.field.split('.')[0] ?? ''];
    return why === undefined ? one : { ...one, why };
  });
}

function promotionIn(request: JsonObject): PromotionRequest {
  const { endpoint, expects, config } = request;
  if (typeof endpoint !== 'string' || typeof expects !== 'string' || typeof config !== 'string')
    throw new OpsError('approval-lapsed', 'the request is from another version of Relight');
  return { ...request, endpoint, expects, config };
}
