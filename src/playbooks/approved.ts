/** The approver where relight.yaml let Autopilot approve. No Slack ID looks like it. */
export const autopilot = 'autopilot';

/** How many approvals are still missing. That of Autopilot replaces those of all people. */
export function missingApprovals({
  approvals,
  needs,
}: {
  readonly approvals: readonly { readonly by: string }[];
  readonly needs: number;
}): number {
  return approvals.some(isByAutopilot) ? 0 : Math.max(0, needs - approvals.length);
}

export function isByAutopilot({ by }: { readonly by: string }): boolean {
  return by === autopilot;
}
