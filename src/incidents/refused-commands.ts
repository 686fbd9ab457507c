import { z } from 'zod';
import { refusal } from './decisions.ts';
import { openIncident } from './intake/incident-ids.ts';
import type { IntakeServices } from './intake/intake.ts';
import type { Restored } from './journal/restore.ts';
import { Actor, Entry } from './model/events.ts';
import { ChangesHalted, ChangesResumed } from './model/hold.ts';

/** A command that was refused before an incident existed, so no incident's journal can record it. */
export const RefusedCommand = z.object({
  type: z.literal('command-refused'),
  /** The command as typed, e.g. `start spot-interruption my-job`. */
  command: z.string(),
  by: Actor,
  why: z.string(),
});
export type RefusedCommand = z.infer<typeof RefusedCommand>;

/** A lead let Autopilot start over for a step. */
const AutopilotReset = z.object({
  type: z.literal('autopilot-reset'),
  playbook: z.string(),
  step: z.string(),
  tier: z.string(),
  note: z.string(),
  by: Actor,
});

/** Lines in the journal of an incident that this installation did not write, or that its keys do not prove. */
const JournalRefused = z.object({
  type: z.literal('journal-refused'),
  incident: z.string(),
  why: z.string(),
});

/** What the workspace journal records: it belongs to no incident, or to all of them. */
export const WorkspaceEvent = z.discriminatedUnion('type', [
  RefusedCommand,
  ChangesHalted,
  ChangesResumed,
  AutopilotReset,
  JournalRefused,
]);
export type WorkspaceEvent = z.infer<typeof WorkspaceEvent>;

/** One line of the workspace journal. Hashes chain the lines, as in an incident's journal. */
export const RefusedEntry = Entry.extend({ event: WorkspaceEvent });
export type RefusedEntry = z.infer<typeof RefusedEntry>;

export interface RefusedCommands {
  readonly add: (event: WorkspaceEvent) => Promise<void>;
  /** The lines as stored, oldest first, read page by page. */
  readonly lines: () => AsyncIterable<string>;
  /** At most `count` lines as stored, from this entry on. */
  readonly linesFrom: (first: number, count: number) => Promise<readonly string[]>;
  /** Writes back lines that Redis lost, oldest first. */
  readonly restore: (lines: readonly string[]) => Promise<Restored>;
  /** Oldest first. */
  readonly all: () => Promise<readonly RefusedEntry[]>;
  readonly count: () => Promise<number>;
}

export interface RefusedStart extends Omit<RefusedCommand, 'type'> {
  readonly job: string;
}

export type NoteRefusedStart = (refused: RefusedStart) => Promise<void>;

export interface NoteRefusedStartServices extends Pick<IntakeServices, 'store' | 'region' | 'incidentOf'> {
  readonly journal: Pick<RefusedCommands, 'add'>;
}

/** Records the refusal in the workspace journal, and in the job's open incident if there is one. */
export function createNoteRefusedStart(services: NoteRefusedStartServices): NoteRefusedStart {
  const { store, journal, incidentOf } = services;
  return async ({ job, command, by, why }) => {
    await journal.add({ type: 'command-refused', command, by, why });
    const id = (await incidentOf(job)) ?? (await openIncident(services, job));
    if (id === undefined) return;
    await store.record(id, () => [refusal(by, `/relight ${command}: ${why}`, undefined)]);
  };
}
