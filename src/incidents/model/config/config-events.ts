import { z } from 'zod';

/** What a change of relight.yaml or of the playbooks means for an open incident. Each is recorded once. */
export const configEvents = [
  /** Its tier was removed or renamed. `needs`: the least number of approvals of its changes from then on. */
  z.object({ type: z.literal('tier-removed'), tier: z.string(), needs: z.number().int().positive() }),
  /** The playbook is no longer there, or has other steps. `run`: the number of the run that it stopped, from 1. */
  z.object({
    type: z.literal('playbook-lost'),
    playbook: z.string(),
    run: z.number().int().positive(),
    how: z.enum(['removed', 'changed']),
  }),
] as const;
