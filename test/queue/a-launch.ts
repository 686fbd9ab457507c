import type { ClickResult } from '../../src/incidents/click-result.ts';
import type { Click } from '../../src/incidents/decisions.ts';
import type { Decision } from '../../src/incidents/journal/store.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
import { type Again, defineAction, definePlaybook, type Playbook, z } from '../../src/playbooks/define.ts';
import type { StepState } from '../../src/playbooks/runner.ts';
import { type IncidentStart, type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import type { TestRedis } from '../support/redis.ts';

/** An incident whose only step launches a copy of a job, and what happens meanwhile. */

/** Runs while the change is carried out: before its launch, and on each look after it. */
export interface During {
  beforeLaunch?: () => Promise<void>;
  afterLaunch?: () => Promise<Again | undefined>;
}

export const copy = 'copy-of-the-job';

function launching(during: During): Playbook {
  const launch = defineAction({
    name: 'launch-a-copy',
    effect: 'change',
    title: 'Launch a copy',
    does: 'Launches a copy of the job.',
    approver: 'responder',
    button: 'Launch',
    input: z.object({}),
    output: z.object({ job: z.string() }),
    report: ({ job }) => ({ headline: `Launched ${job}` }),
    preview: async () => ({
      headline: `Launch ${copy}`,
      request: { TrainingJobName: copy },
      differences: [],
      warnings: [],
    }),
    run: async ({ request }, _, { training }, token) => {
      await during.beforeLaunch?.();
      const { name } = await training.launch({ ...request, TrainingJobName: copy }, token);
      return (await during.afterLaunch?.()) ?? { job: name };
    },
  });
  return definePlaybook({
    title: 'Launch',
    summary: 'For tests: launches a copy.',
    handles: ['internal'],
    steps: (first) => first.action('launched', launch, () => ({})),
    recovered: () => undefined,
  });
}

export interface LaunchingIncident extends SteppedIncident {
  readonly during: During;
  readonly state: () => Promise<StepState | undefined>;
  readonly launches: () => number;
  /** The decision of a click on the step's present message. */
  readonly clicks: (
    decide: (incident: Incident, click: Click) => Decision<ClickResult>,
    user?: string,
  ) => Promise<ClickResult>;
}

export async function proposedLaunch(
  redis: TestRedis,
  changes: Parameters<typeof stepThrough>[2] = {},
  opening: IncidentStart['opening'] = {},
): Promise<LaunchingIncident> {
  const during: During = {};
  const stepped = await stepThrough(redis, launching(during), changes, { opening });
  await stepped.runDue();
  const state: LaunchingIncident['state'] = async () =>
    (await stepped.store.load(stepped.id)).states['launched'];
  return {
    ...stepped,
    during,
    state,
    launches: () => stepped.ports.training.launches.length,
    clicks: async (decide, user = 'U0RESP') => {
      const { answer } = await stepped.store.transact(stepped.id, (incident) => {
        const now = incident.states['launched'];
        const attempt = now !== undefined && 'attempt' in now ? now.attempt : 1;
        const hash = now !== undefined && 'hash' in now ? (now.hash ?? '') : '';
        return decide(incident, {
          target: { step: 'launched', attempt, hash },
          by: { user, via: 'button' },
          authorize: () => ({ allowed: true }),
          now: stepped.ports.clock.now(),
        });
      });
      return answer;
    },
  };
}
