import type { types } from '@slack/bolt';
import { isActive, nextSilence, roleToSilence, type SilenceRequest } from '../../incidents/holds/silence.ts';
import { SilenceScope } from '../../incidents/model/hold.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Answers } from '../../playbooks/define.ts';
import { type StepRef, silenceFormId } from '../ids.ts';
import type { BotServices } from '../services.ts';
import { type FormContent, formView } from '../views/form.ts';
import { scopeWords } from '../views/silence.ts';
import { roleWords, span } from '../views/words.ts';
import type { ClickResponse } from './click.ts';

/** At most a day: a longer silence belongs under `maintenance` in relight.yaml. */
const durations = [30, 60, 120, 240, 480, 1_440] as const;
const defaultMinutes = 60;

interface SilenceForm extends FormContent {
  /** The choices of the person; the form has already checked them. */
  readonly request: (answers: Answers) => SilenceRequest;
}

export function silenceForm(incident: Incident): SilenceForm {
  const scopes = scopeChoices(incident);
  const scopeOf = ({ scope = '' }: Answers): SilenceScope | undefined =>
    SilenceScope.options[scopes.indexOf(scope)];
  const minutesOf = ({ time }: Answers): number | undefined => durations.find((one) => span(one) === time);
  return {
    title: 'Silence new threads',
    asks:
      'No new threads for a while; this one continues. Nothing is lost: Relight still works on new failures, ' +
      'their RTO clocks run, and a summary follows.',
    fields: [
      {
        key: 'scope',
        label: 'Silence new threads about',
        kind: 'choice',
        choices: scopes,
        ...(scopes[0] !== undefined && { initial: scopes[0] }),
      },
      {
        key: 'time',
        label: 'For',
        kind: 'choice',
        choices: durations.map(span),
        initial: span(defaultMinutes),
      },
      { key: 'why', label: 'Why', kind: 'text', hint: 'Shown on the card and in the audit trail.' },
    ],
    problems: (answers) => ({
      ...(scopeOf(answers) === undefined && { scope: 'The incident has changed: choose again.' }),
      ...(minutesOf(answers) === undefined && { time: 'Choose one.' }),
    }),
    request: (answers) => ({
      scope: scopeOf(answers) ?? 'job',
      minutes: minutesOf(answers) ?? defaultMinutes,
      why: answers['why'] ?? '',
    }),
  };
}

function scopeChoices(incident: Incident): readonly string[] {
  const words = scopeWords(incident);
  return SilenceScope.options.map((scope) => {
    const role = roleToSilence(scope);
    return role === 'responder' ? words[scope] : `${words[scope]} (needs ${roleWords[role]})`;
  });
}

/** The form, or why it cannot be opened. The role is checked on submit: it depends on the scope chosen. */
export async function silenceView(
  { store, clock }: Pick<BotServices, 'store' | 'clock'>,
  ref: StepRef,
  thread: string | undefined,
): Promise<types.ModalView | ClickResponse> {
  const incident = await store.load(ref.incident);
  const { closed, silence } = incident;
  if (closed !== undefined) return { kind: 'closed', why: closed.why };
  if (isActive(silence, clock.now())) return { kind: 'taken', by: silence.by };
  if (ref.attempt !== nextSilence(incident)) return { kind: 'old-copy' };
  return formView(ref, silenceForm(incident), { id: silenceFormId, thread });
}
