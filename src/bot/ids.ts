import { z } from 'zod';

/** The names under which Slack brings back what people press. They never change meaning: old messages still carry them. */
export const actionIds = {
  approve: 'relight_approve',
  retry: 'relight_retry',
  form: 'relight_form',
  request: 'relight_request',
  startPlaybook: 'relight_start_playbook',
  /** The same for a second playbook beside the first: Slack takes each id once a block. */
  startOther: 'relight_start_playbook_2',
  choosePlaybook: 'relight_choose_playbook',
  tellOutcome: 'relight_tell_outcome',
  snooze: 'relight_snooze',
  endSnooze: 'relight_snooze_end',
} as const;

export const formId = 'relight_form_view';
export const choosePlaybookFormId = 'relight_choose_playbook_view';
export const outcomeFormId = 'relight_tell_outcome_view';
export const snoozeFormId = 'relight_snooze_view';
export const requestId = 'relight_request_view';
export const commandName = '/relight';
export const messageEvent = 'relight_message';

/** `incident.step.attempt.hash8`: all that a button carries. What it means is looked up when it is pressed. */
export interface StepRef {
  readonly incident: string;
  readonly step: string;
  readonly attempt: number;
  /** The first letters of the hash of the request shown; empty where nothing is to be approved. */
  readonly hash: string;
}

const shortest = 8;

/** How people and buttons name a request: the first letters of its hash. */
export function shortHash(hash: string): string {
  return hash.slice(0, shortest);
}

export function stepRef(incident: string, step: string, attempt: number, hash = ''): string {
  return [incident, step, attempt, shortHash(hash)].join('.');
}

export const StepRef = z
  .string()
  .regex(/^[a-z0-9-]{1,40}\.[a-z][a-z0-9-]{0,40}\.[1-9]\d{0,5}\.[0-9a-z]{0,8}$/)
  .transform((value): StepRef => {
    const [incident = '', step = '', attempt = '', hash = ''] = value.split('.');
    return { incident, step, attempt: Number(attempt), hash };
  });
