/** What Autopilot may do about a request, from the least to the most. */
export const modes = ['off', 'suggest', 'veto', 'auto'] as const;
export type Mode = (typeof modes)[number];

/** The step that a setting is about: its key in the playbook, in incidents of one tier. */
export interface StepOfTier {
  readonly playbook: string;
  readonly step: string;
  readonly tier: string;
}

/** One entry of `autopilot` in relight.yaml. */
export interface AutopilotSetting extends StepOfTier {
  readonly mode: Mode;
  readonly waitMinutes: number;
  /** After this many successes with none failed, Relight suggests the next mode. */
  readonly promoteAfter: number;
}

export function isSameStep(one: StepOfTier, other: StepOfTier): boolean {
  return one.playbook === other.playbook && one.step === other.step && one.tier === other.tier;
}
