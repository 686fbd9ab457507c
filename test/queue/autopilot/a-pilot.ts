import { pilotRecord } from '../../../src/incidents/autopilot/pilot-records.ts';
import type { AutopilotSetting } from '../../../src/incidents/autopilot/setting.ts';
import { defineAction, definePlaybook, type Playbook, z } from '../../../src/playbooks/define.ts';
import type { Proposal } from '../../../src/ports/step-output.ts';
import {
  type Autopilot,
  type AutopilotDeps,
  createAutopilot,
} from '../../../src/queue/autopilot/autopilot.ts';
import { requireStillGood } from '../../../src/queue/steps/checks/still-good.ts';
import { createSealer } from '../../../src/sanitize/seal.ts';
import type { SteppedIncident } from '../../support/a-step-run.ts';

export const waitMinutes = 5;

/** A playbook whose only step is a change; `of` describes its request. */
export function changing(of: Partial<Pick<Proposal, 'terms' | 'warnings'>>): Playbook {
  const change = defineAction({
    name: 'change-something',
    effect: 'change',
    title: 'Change something',
    does: 'Changes something.',
    approver: 'responder',
    button: 'Change it',
    input: z.object({}),
    output: z.object({ changed: z.boolean() }),
    report: () => ({ headline: 'Changed' }),
    preview: async () => ({
      headline: 'Change it',
      request: { What: 'this' },
      differences: [],
      warnings: [],
      ...of,
    }),
    run: async () => ({ changed: true }),
  });
  return definePlaybook({
    title: 'Change',
    summary: 'For tests: changes something.',
    handles: ['internal'],
    steps: (first) => first.action('resumed', change, () => ({})),
    recovered: () => undefined,
  });
}

/** Autopilot of one worker, for the step `resumed` of a stepped incident. */
export function pilotFor(
  { store, ports, catalog }: SteppedIncident,
  mode: AutopilotSetting['mode'],
  changes: Partial<AutopilotDeps> = {},
): Autopilot {
  const setting = { mode, waitMinutes, promoteAfter: 5 };
  return createAutopilot({
    store,
    catalog,
    clock: ports.clock,
    halts: { current: async () => undefined },
    settingFor: (of) => ({ ...of, ...setting }),
    recordOf: (of) => pilotRecord({ store, resets: { all: async () => [] } }, of),
    requireStillGood: (incident, { key: step, state: { attempt, proposal } }) =>
      requireStillGood(
        { sealer: createSealer('of-this-test'), portsFor: () => ports, reserve: async () => undefined },
        incident,
        { step, attempt },
        proposal,
      ),
    ...changes,
  });
}
