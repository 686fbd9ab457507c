import { z } from 'zod';

/** Troubles that a drill may have on top of its failure. */
export const drillFaults = ['truncated-checkpoint', 'no-capacity', 'slack-429'] as const;
export type DrillFault = (typeof drillFaults)[number];

/** In the first event of a drill: its incident happens in a simulated Region, and counts in no figure. */
export const DrillMark = z.object({
  playbook: z.string(),
  faults: z.array(z.enum(drillFaults)).readonly(),
  /** The Slack ID of the person who started it. */
  by: z.string(),
  /** The job has no checkpoint, so nobody can keep the RPO. */
  losesAll: z.literal(true).optional(),
});
export type DrillMark = z.infer<typeof DrillMark>;

/** The outcome of a drill. All durations are in minutes; one that never happened is absent. */
export const DrillScore = z.object({
  /** Out of 100. */
  points: z.number().int(),
  take: z.number().optional(),
  decide: z.number().optional(),
  recover: z.number().optional(),
  rtoMinutes: z.number(),
  /** Training that was lost; absent if no checkpoint was used. */
  lost: z.number().optional(),
  rpoMinutes: z.number(),
  /** What cost points, each in one clause. */
  cost: z.array(z.string()),
});
export type DrillScore = z.infer<typeof DrillScore>;

/** The IDs of drills begin with this, those of all other incidents with `rl-`. */
export const drillPrefix = 'drill-';

/** For places that know an incident only by its ID. */
export function isDrillId(incident: string): boolean {
  return incident.startsWith(drillPrefix);
}
