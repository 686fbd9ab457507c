import fc from 'fast-check';
import {
  actionIds,
  closeFormId,
  declineFormId,
  handOverFormId,
  pauseFormId,
  skipFormId,
} from '../../src/bot/ids.ts';
import { buttonsOf, slackLedger } from '../support/responder.ts';
import type { Acked, Form } from '../support/slack-requests.ts';
import { type AnIncident, present, type Sent } from './an-incident.ts';
import { type Command, command, type Model } from './command.ts';

const people = ['U0LEAD', 'U0LEAD2', 'U0RESP', 'U0GUEST'] as const;

/** What a person presses: the newest button of this kind that the thread has, or an older copy of it. */
export async function valueToPress(incident: AnIncident, old: boolean): Promise<string | undefined> {
  const open = await present(incident);
  const { messages } = await slackLedger(incident.stack);
  const values = messages
    .filter(({ metadata }) => metadata?.event_payload.incident === open?.id)
    .flatMap(buttonsOf)
    .filter(({ actionId }) => actionId === actionIds.approve || actionId === actionIds.retry)
    .map(({ value }) => value);
  for (const value of values) if (!incident.shown.includes(value)) incident.shown.push(value);
  return old ? incident.shown[0] : incident.shown.at(-1);
}

async function press(
  incident: AnIncident,
  model: Model,
  { user, what, value }: Pick<Sent, 'user' | 'what' | 'value'>,
  request: () => Promise<Acked>,
): Promise<void> {
  const at = { slack: Date.now(), relight: incident.stack.clock.now() };
  const acked = await request().catch(() => undefined);
  incident.sent.push({ user, what, value, acked, at, slackWorked: model.slackUp && model.up });
}

/** One time in five. */
const seldom = fc.integer({ min: 0, max: 4 }).map((one) => one === 0);

function pressing(action: 'approve' | 'retry' | 'cancel' | 'keep'): fc.Arbitrary<Command> {
  return fc
    .record({
      user: fc.constantFrom(...people),
      isOld: seldom,
      times: fc.integer({ min: 1, max: 3 }),
      hasty: seldom,
    })
    .map(({ user, isOld, times, hasty }) =>
      command(
        `${user} presses ${action}${isOld ? ' on an old copy' : ''}${times > 1 ? ` ${times} times` : ''}`,
        ({ failed }) => failed,
        async (incident, model) => {
          const value = await valueToPress(incident, isOld);
          if (value === undefined) return;
          const { click } = incident.stack.requests;
          await Promise.all(
            Array.from({ length: times }, async () =>
              press(incident, model, { user, what: action, value }, async () =>
                click(user, actionIds[action], value),
              ),
            ),
          );
        },
        hasty,
      ),
    );
}

/** Everyone who may approve does so, at the same moment or one after the other. */
const everyoneApproves: fc.Arbitrary<Command> = fc
  .record({ together: fc.boolean(), hasty: seldom })
  .map(({ together, hasty }) =>
    command(
      `everyone approves${together ? ' at the same moment' : ''}`,
      ({ failed }) => failed,
      async (incident, model) => {
        const value = await valueToPress(incident, false);
        if (value === undefined) return;
        const approve = async (user: string): Promise<void> =>
          press(incident, model, { user, what: 'approve', value }, async () =>
            incident.stack.requests.click(user, actionIds.approve, value),
          );
        if (together) await Promise.all(people.map(approve));
        else for (const user of people) await approve(user);
      },
      hasty,
    ),
  );

const typed = (value: string): unknown => ({ type: 'plain_text_input', value });
const chosen = (value: string): unknown => ({ type: 'static_select', selected_option: { value } });

/** The forms, as submitted; the value of the button that opens them names the step or the incident. */
const forms: Readonly<Record<string, (value: string, incident: string) => Form>> = {
  decline: (ref) => ({ id: declineFormId, ref, values: { reason: typed('not this one') } }),
  skip: (ref) => ({ id: skipFormId, ref, values: { reason: typed('not needed') } }),
  pause: (_, id) => ({ id: pauseFormId, ref: `${id}.pause.1.`, values: { why: typed('dinner') } }),
  'hand over': (_, id) => ({
    id: handOverFormId,
    ref: `${id}.hand-over.1.`,
    values: { to: { type: 'users_select', selected_user: 'U0RESP' } },
  }),
  close: (_, id) => ({
    id: closeFormId,
    ref: `${id}.close.1.`,
    values: { outcome: chosen('Not a problem'), why: typed('a test run') },
  }),
};

function submitting(move: string): fc.Arbitrary<Command> {
  return fc.record({ user: fc.constantFrom(...people), hasty: fc.boolean() }).map(({ user, hasty }) =>
    command(
      `${user} sends the form ${move}`,
      ({ failed }) => failed,
      async (incident, model) => {
        const id = (await present(incident))?.id;
        const value = await valueToPress(incident, false);
        const form = id === undefined || value === undefined ? undefined : forms[move]?.(value, id);
        if (form === undefined) return;
        await press(incident, model, { user, what: move, value: form.ref }, async () =>
          incident.stack.requests.submit(user, form),
        );
      },
      hasty,
    ),
  );
}

function asking(word: 'take' | 'resume'): fc.Arbitrary<Command> {
  return fc.constantFrom(...people).map((user) =>
    command(
      `${user} types ${word}`,
      ({ failed }) => failed,
      async (incident, model) => {
        const id = (await present(incident))?.id;
        if (id === undefined) return;
        await press(incident, model, { user, what: word, value: `${id}.${word}.1.` }, async () =>
          incident.stack.requests.command(user, `${word} ${id}`),
        );
      },
    ),
  );
}

/** People who approve are the most frequent, because without them nothing happens. */
export const peoplesMoves: readonly fc.Arbitrary<Command>[] = [
  pressing('approve'),
  ...Array.from({ length: 6 }, () => everyoneApproves),
  pressing('retry'),
  pressing('cancel'),
  pressing('keep'),
  ...['decline', 'skip', 'pause', 'hand over', 'close'].map(submitting),
  asking('take'),
  asking('resume'),
];
