import { z } from 'zod';
import type { StepState } from '../playbooks/runner.ts';

/** The action ids that Slack sends back with a click. They never change meaning, because old messages still carry them. */
export const actionIds = {
  approve: 'relight_approve',
  retry: 'relight_retry',
  form: 'relight_form',
  request: 'relight_request',
  startPlaybook: 'relight_start_playbook',
  /** A second playbook in the same block: Slack allows each action id only once per block. */
  startOther: 'relight_start_playbook_2',
  choosePlaybook: 'relight_choose_playbook',
  tellOutcome: 'relight_tell_outcome',
  silence: 'relight_snooze',
  endSilence: 'relight_snooze_end',
  nameFolder: 'relight_name_folder',
  decline: 'relight_decline',
  skip: 'relight_skip',
  goBack: 'relight_go_back',
  cancel: 'relight_cancel',
  keep: 'relight_keep',
  hold: 'relight_hold',
  stopJob: 'relight_stop_job',
  take: 'relight_take',
  unpause: 'relight_unpause',
  reopen: 'relight_reopen',
  allowAttempt: 'relight_allow_attempt',
  acknowledge: 'relight_acknowledge',
  callHelp: 'relight_call_help',
  /** The overflow menu of the card. Its options name the move in the place of the step. */
  moreMoves: 'relight_more',
  offer: 'relight_offer',
  offerOther: 'relight_offer_2',
} as const;

export const formId = 'relight_form_view';
export const choosePlaybookFormId = 'relight_choose_playbook_view';
export const outcomeFormId = 'relight_tell_outcome_view';
export const drillFormId = 'relight_drill_view';
export const haltFormId = 'relight_halt_view';
export const silenceFormId = 'relight_snooze_view';
export const checkpointFolderFormId = 'relight_name_folder_view';
export const declineFormId = 'relight_decline_view';
export const skipFormId = 'relight_skip_view';
export const goBackFormId = 'relight_go_back_view';
export const handOverFormId = 'relight_hand_over_view';
export const pauseFormId = 'relight_pause_view';
export const closeFormId = 'relight_close_view';
export const reopenFormId = 'relight_reopen_view';
export const chooseIncidentFormId = 'relight_choose_incident_view';
export const trailId = 'relight_trail_view';
export const startFormId = 'relight_start_view';
export const reportFormId = 'relight_report_view';
export const chooseJobFormId = 'relight_choose_job_view';
/** The message shortcut *Start a playbook about this*. */
export const startShortcutId = 'relight_start_about';
export const requestId = 'relight_request_view';
export const commandName = '/relight';
export const messageEvent = 'relight_message';

/** The value of a button: `incident.step.attempt.hash8`. Its meaning is looked up at the click. */
export interface StepRef {
  readonly incident: string;
  readonly step: string;
  readonly attempt: number;
  /** The first characters of the hash of the request shown; empty if nothing needs an approval. */
  readonly hash: string;
}

const shortHashLength = 8;

/** People and buttons name a request by the first characters of its hash. */
export function shortHash(hash: string): string {
  return hash.slice(0, shortHashLength);
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

/** The command that does the same as the step's button. An approval names the request by the start of its hash. */
export function stepCommand(incident: string, step: string, state: StepState): string {
  const words = [commandName, 'step', incident, step];
  return (state.status === 'proposed' ? [...words, shortHash(state.hash)] : words).join(' ');
}
