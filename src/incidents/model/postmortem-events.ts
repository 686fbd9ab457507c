import { z } from 'zod';
import { WrittenPostmortem } from '../../postmortem/written-postmortem.ts';
import { Actor } from './step-events.ts';

/** The events about postmortems that no step wrote, and about follow-ups. */
export const postmortemEvents = [
  /** The postmortem of an incident that a person closed: no step of a playbook asked for it. */
  z.object({ type: z.literal('postmortem-written'), result: WrittenPostmortem }),
  /** `number`: counts the follow-ups of all postmortems of the incident, from 1. */
  z.object({ type: z.literal('follow-up-done'), number: z.number().int().positive(), by: Actor }),
] as const;
