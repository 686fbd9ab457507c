import { autopilotSetting } from '../../config/autopilot-settings.ts';
import { pilotRecord } from '../../incidents/autopilot/pilot-records.ts';
import { stepOf } from '../../incidents/autopilot/request-on-hand.ts';
import { type Autopilot, createAutopilot } from '../../queue/autopilot/autopilot.ts';
import { whyNotAllowed } from '../../queue/autopilot/decide-on-request.ts';
import { requireStillGood } from '../../queue/steps/checks/still-good.ts';
import type { RunDeps } from '../../queue/steps/step-run.ts';
import type { Core } from '../core.ts';

/** Approves by relight.yaml, with the checks that every change passes before it is sent. */
export function autopilotOf(
  { config, store, catalog, halts, clock, autopilotResets: resets }: Core,
  deps: Pick<RunDeps, 'sealer' | 'portsFor' | 'reserve'>,
): Autopilot {
  return createAutopilot({
    store,
    catalog,
    halts,
    clock,
    settingFor: (of) => autopilotSetting(config.settings, of),
    recordOf: (of) => pilotRecord({ store, resets }, of),
    requireStillGood: (incident, { key: step, state: { attempt, proposal } }) =>
      requireStillGood(deps, incident, { step, attempt }, proposal),
  });
}

/** Asked once more right before a change that Autopilot approved is sent. */
export function whyNotAutopilot({ config }: Pick<Core, 'config'>): RunDeps['whyNotAutopilot'] {
  return (incident, step) => whyNotAllowed(autopilotSetting(config.settings, stepOf(incident, step)));
}
