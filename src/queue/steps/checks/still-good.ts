import type { Incident } from '../../../incidents/model/incident.ts';
import { attemptKeyOf, tagsIn } from '../../../ports/calls.ts';
import type { AttemptKey, JsonObject, Ports } from '../../../ports/ports.ts';
import type { Proposal } from '../../../ports/step-output.ts';
import { requireShownDifferences } from '../../../relaunch/basis/shown-differences.ts';
import { requireWithinCaps } from '../../../relaunch/caps.ts';
import { requireStillTrue } from '../../../relaunch/frozen-basis.ts';
import { tags } from '../../../relaunch/relaunch-proposal.ts';
import { basisToCheck, requestToSend } from '../fill-in.ts';
import type { RunDeps } from '../step-run.ts';

/**
 * Everything that must hold before a request is sent, whoever approved it: what it relies on is unchanged, its secrets are
 * the approved ones, and the caps have room for it, which it then takes up.
 */
export async function requireStillGood(
  deps: Pick<RunDeps, 'sealer' | 'portsFor' | 'reserve'>,
  incident: Incident,
  at: Pick<AttemptKey, 'step' | 'attempt'>,
  proposal: Proposal,
): Promise<void> {
  const { request } = proposal;
  const job = { ...at, incident: incident.id, phase: 'change', failures: 0 } as const;
  const attemptKey = attemptKeyOf(job);
  const ports = deps.portsFor(attemptKey);
  const reliesOn = await basisToCheck(deps, { job, incident }, proposal);
  await requireStillTrue({ request, reliesOn }, ports);
  // Before anything has started: a missing secret requires a new attempt and leaves nothing behind.
  const toSend = await requestToSend(deps, { job, incident }, proposal);
  await requireAllowed(toSend, ports);
  await requireShownDifferences(proposal, toSend, attemptKey, ports.training);
  await deps.reserve(attemptKey, request);
}

/** A launch is within the caps and the S3 locations of relight.yaml as they are now, whatever the request says about them. */
export async function requireAllowed(
  request: JsonObject,
  ports: Pick<Ports, 'caps' | 'prices' | 'locations'>,
): Promise<void> {
  if (!('ResourceConfig' in request)) return;
  requireWithinCaps(request, ports);
  await ports.locations.requireLaunch(request, tagsIn(request).get(tags.recovers));
}
