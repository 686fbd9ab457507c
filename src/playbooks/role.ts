import { z } from 'zod';

/** Who may approve a change; each role may also do what the ones before it may. */
export const Role = z.enum(['responder', 'lead', 'production-approver']);
export type Role = z.infer<typeof Role>;
