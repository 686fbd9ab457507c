import { isActive, nextSilence, roleToSilence, type SilenceRequest } from '../../incidents/holds/silence.ts';
import { SilenceScope } from '../../incidents/model/hold.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { Answers } from '../../playbooks/define.ts';
import { type StepRef, snoozeFormId } from '../ids.ts';
import type { BotServices } from '../services.ts';
import { type FormContent, formView } from '../views/form.ts';
import { scopeWords } from '../views/snooze.ts';
import { roleWords, span } from '../views/words.ts';
import type { ClickResponse } from './click.ts';

/** The longest is a day: what is to be quiet for longer belongs under `maintenance` in relight.yaml. */
const durations = [30, 60, 120, 240, 480, 1_440] as const;
const usual = 60;

/** What whoever snoozes is asked. */
interface SnoozeForm extends FormContent {
  /** What was chosen; the form has made sure that it is among the choices. */
  readonly wish: (answers: Answers) => SilenceRequest;
}

export function snoozeForm(incident: Incident): SnoozeForm {
  const scopes = scopeChoices(incident);
  const scopeOf = ({ scope = '' }: Answers): SilenceScope | undefined =>
    SilenceScope.options[scopes.indexOf(scope)];
  const minutesOf = ({ time }: Answers): number | undefined => durations.find((one) => span(one) === time);
  return {
    title: 'Silence',
    asks:
      'New threads are held back for a while; this one goes on. Nothing is lost: Relight looks into what fails ' +
      'meanwhile, the clock of its RTO runs, and a summary follows.',
    fields: [
      {
        key: 'scope',
        label: 'No new threads about',
        kind: 'choice',
        choices: scopes,
        ...(scopes[0] !== undefined && { initial: scopes[0] }),
      },
      { key: 'time', label: 'For', kind: 'choice', choices: durations.map(span), initial: span(usual) },
      { key: 'why', label: 'Why', kind: 'text', hint: 'It stands on the card and in the audit trail.' },
    ],
    problems: (answers) => ({
      ...(scopeOf(answers) === undefined && { scope: 'The incident has changed: choose again.' }),
      ...(minutesOf(answers) === undefined && { time: 'Choose one.' }),
    }),
    wish: (answers) => ({
      scope: scopeOf(answers) ?? 'job',
      minutes: minutesOf(answers) ?? usual,
      why: answers['why'] ?? '',
    }),
  };
}

function scopeChoices(incident: Incident): readonly string[] {
  const words = scopeWords(incident);
  return SilenceScope.options.map((scope) => {
    const role = roleToSilence(scope);
    return role === 'responder' ? words[scope] : `${words[scope]} (takes ${roleWords[role]})`;
  });
}

/** Opens the form; answers with what keeps it shut. Whether they may is asked once it is known what they want. */
export async function openSnoozeForm(
  { store, client, clock }: Pick<BotServices, 'store' | 'client' | 'clock'>,
  ref: StepRef,
  to: { readonly trigger: string; readonly thread: string | undefined },
): Promise<ClickResponse | undefined> {
  const incident = await store.load(ref.incident);
  const { closed, silence } = incident;
  if (closed !== undefined) return { kind: 'closed', why: closed.why };
  if (isActive(silence, clock.now())) return { kind: 'taken', by: silence.by };
  if (ref.attempt !== nextSilence(incident)) return { kind: 'old-copy' };
  const view = formView(ref, snoozeForm(incident), { id: snoozeFormId, thread: to.thread });
  await client.views.open({ trigger_id: to.trigger, view });
  return undefined;
}
