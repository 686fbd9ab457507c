import { z } from 'zod';
import { type AutopilotSetting, isSameStep, modes, type StepOfTier } from '../incidents/autopilot/setting.ts';
import { minutes } from './intake-settings.ts';

const maxWaitMinutes = 24 * 60;

/** An entry of `autopilot` in relight.yaml. The playbook and the step are checked when the playbooks are loaded. */
export const Autopilot = z.strictObject({
  playbook: z.string().min(1).describe('the ID of a playbook: `relight playbooks` lists them'),
  step: z.string().min(1).describe('the key of a step of it that changes something'),
  tier: z.string().min(1),
  mode: z
    .enum(modes)
    .describe(
      'off, suggest (say only), veto (approve unless someone holds it in time), or auto (approve at once)',
    ),
  wait_minutes: minutes.max(maxWaitMinutes).default(5).describe('with veto: how long anyone can hold it'),
  promote_after: z
    .number()
    .int()
    .min(1)
    .default(5)
    .describe('after this many successes with none failed, Relight suggests the next mode'),
});

export interface WithAutopilot {
  readonly autopilot: readonly z.infer<typeof Autopilot>[];
}

/**
 * What Autopilot may do about a step of a tier; undefined without an entry, which means off.
 * @example autopilotSetting(settings, { playbook: 'spot-interruption', step: 'resumed', tier: 'bronze' })
 */
export function autopilotSetting(settings: WithAutopilot, of: StepOfTier): AutopilotSetting | undefined {
  return autopilotSettings(settings).find((one) => isSameStep(one, of));
}

export function autopilotSettings({ autopilot }: WithAutopilot): readonly AutopilotSetting[] {
  return autopilot.map(({ wait_minutes: waitMinutes, promote_after: promoteAfter, ...of }) => ({
    ...of,
    waitMinutes,
    promoteAfter,
  }));
}

/** Entries for tiers that do not exist, and second entries for the same step. */
export function autopilotProblems({
  autopilot,
  tiers,
}: WithAutopilot & { readonly tiers: { readonly [tier: string]: unknown } }): readonly {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}[] {
  return autopilot.flatMap((entry, index) => {
    const path = ['autopilot', index];
    if (tiers[entry.tier] === undefined) {
      const known = Object.keys(tiers).join(', ');
      return [{ path: [...path, 'tier'], message: `names no tier: the tiers are ${known}` }];
    }
    const first = autopilot.findIndex((one) => isSameStep(one, entry));
    if (first === index) return [];
    return [{ path, message: `is for the same step and tier as autopilot.${first}; delete one of them` }];
  });
}
