import { withCallsNoted } from '../../aws/call-log.ts';
import type { SeenDeps } from '../../incidents/record/find-alike.ts';
import type { DataFlows } from '../../queue/data/scan-flows.ts';
import { requireSignedDecisions } from '../../queue/steps/checks/signed-decisions.ts';
import type { NameOf } from '../../queue/steps/incident-record.ts';
import type { RunDeps } from '../../queue/steps/step-run.ts';
import { createSealer } from '../../sanitize/seal.ts';
import { type Archiving, requireArchived } from '../audit/archiving.ts';
import { refusalReporter } from '../audit/journal-refusals.ts';
import { whyNotAutopilot } from '../autopilot/autopilot-parts.ts';
import type { Core } from '../core.ts';
import { drillReach } from '../drills/drill-reach.ts';
import { attemptPorts } from './attempt-ports.ts';
import type { AwsAdapters } from './aws-adapters.ts';
import { limitsIn, sharedCaps } from './launch-limits.ts';

export interface StepServices extends Pick<RunDeps, 'reauthorize'> {
  readonly aws: AwsAdapters;
  /** The display name of a Slack user id. */
  readonly nameOf: NameOf;
  readonly linkTo: SeenDeps['linkTo'];
  /** Undefined with RELIGHT_AUDIT=journal-only. */
  readonly archiving: Archiving | undefined;
}

export function runDeps(
  core: Core,
  { aws, reauthorize, nameOf, linkTo, archiving }: StepServices,
  { scansFor }: DataFlows,
): RunDeps {
  const { config, store, catalog, advance, launches, unarchived, halts, log, clock } = core;
  const limits = limitsIn(config);
  const shared = sharedCaps(core, aws, limits);
  return {
    store,
    catalog,
    advance,
    launches,
    unarchived,
    reserve: shared.reserve,
    halts,
    log,
    reauthorize,
    requireArchived: requireArchived(archiving),
    requireSigned: async (incident) => requireSignedDecisions(core, incident),
    reportRefused: refusalReporter(core),
    whyNotAutopilot: whyNotAutopilot(core),
    clock,
    // The bot token exists only in the environment, so a reader of Redis or the vault cannot try words against the hashes.
    sealer: createSealer(config.slack.botToken),
    ...attemptPorts(core, { aws, nameOf, linkTo, scansFor, limits: { ...limits, capUse: shared.use } }),
    vault: aws.vault,
    withCallsNoted,
    inDrill: drillReach(core, nameOf),
    ...core.rules,
  };
}
