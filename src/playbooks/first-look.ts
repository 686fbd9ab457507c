import { z } from 'zod';
import type { IncidentKind } from '../ports/failure-kind.ts';
import type { ManualStep } from '../ports/form-fields.ts';
import { FirstLook, lookAtNamed } from './actions/look-at-named.ts';
import { grow, type Results, type Step, type When } from './define/steps.ts';

/**
 * Extra first steps of a playbook that a person started with a command. The job or endpoint that they named may be
 * healthy; then nothing is proposed until they say that it is broken.
 */

const broken = 'it is broken: go on with the playbook';
const sound = 'nothing is broken: close it';

const isItBroken = {
  title: 'Is it broken?',
  asks: 'AWS shows no failure. Relight does nothing until somebody says that it is broken anyway; the clock starts then.',
  button: 'Say whether it is broken',
  approver: 'responder',
  fields: [
    { key: 'broken', label: 'Your answer', kind: 'choice', choices: [sound, broken], initial: sound },
    { key: 'why', label: 'How can you tell', kind: 'paragraph', optional: true },
  ],
} as const satisfies ManualStep;

/** Reserved step names. The journal stores them, and the two answers above. */
const names = { looked: 'first-look', confirmed: 'is-it-broken' } as const;
export const firstLookKey = names.looked;

export function firstLookSteps(handles: readonly IncidentKind[]): readonly Step[] {
  const isEndpoint = handles.includes('model_degraded');
  return grow([])
    .action(names.looked, lookAtNamed, ({ incident }) => ({ name: incident.job, isEndpoint }))
    .manualWhen(names.confirmed, isItBroken, (results) => whenSound(results[names.looked])).list;
}

function whenSound({ failed, missing }: z.infer<typeof FirstLook>): When {
  if (missing === true) return { skip: 'there is no such job' };
  return !failed || { skip: 'it has failed' };
}

/** The findings of the first look so far. */
export interface Found {
  readonly look: z.infer<typeof FirstLook>;
  /** A person's answer; absent until somebody answers, and if it had failed. */
  readonly isBroken?: boolean;
}

const Answered = z.object({ broken: z.string() });

/** Undefined if the incident was not started with a command, or the look has not finished. */
export function foundIn(results: Pick<Results, string>): Found | undefined {
  const look = FirstLook.safeParse(results[names.looked]).data;
  const answered = Answered.safeParse(results[names.confirmed]).data;
  if (look === undefined) return undefined;
  return { look, ...(answered !== undefined && { isBroken: answered.broken === broken }) };
}

/** Whether a run, by its step keys, starts with a first look. */
export function hasFirstLook(keys: readonly string[]): boolean {
  return keys[0] === names.looked;
}
