import { recoveryTime, withSteps } from '../../incidents/estimates/estimate.ts';
import { isAboutOneJob, paceIn } from '../../incidents/estimates/pace-in.ts';
import { type Incident, isEndKnown } from '../../incidents/model/incident.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Proposal } from '../../ports/step-output.ts';

/** Adds how long the change takes until the recovery, and the steps that are lost. */
export async function withEstimate(
  proposal: Proposal,
  change: string,
  incident: Incident,
  { earlier }: Pick<Ports, 'earlier'>,
): Promise<Proposal> {
  const pace = { ...paceIn(incident), earlier: await earlier.recoveries() };
  const launches = isAboutOneJob(incident) && proposal.request['ResourceConfig'] !== undefined;
  const recovery = isEndKnown(incident) ? undefined : recoveryTime({ change }, launches, pace);
  return {
    ...proposal,
    ...(recovery !== undefined && { recovery }),
    ...(proposal.lost !== undefined && { lost: withSteps(proposal.lost, pace) }),
  };
}
