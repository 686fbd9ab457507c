import { actionIds } from '../../../../src/bot/ids.ts';
import { lead, type MessageButton, otherLead } from '../../../support/responder.ts';
import { until } from '../../../support/until.ts';
import { postJson } from '../../../support/world.ts';
import type { Channel } from './channel.ts';
import type { Fleet } from './fleet.ts';
import { type IncidentPlan, type Kind, nextMove, type Pressable } from './moves.ts';
import { modalMs, type Press, pressEffects } from './press-effects.ts';

/** People who press one button a second. */
export interface Clicks {
  /** Presses what is due most, or an old button again. */
  readonly press: (plans: readonly IncidentPlan[]) => Promise<void>;
  readonly all: readonly Press[];
  readonly lost: readonly Press[];
  /** Clicks without an acknowledgment or with the answer to press again, which were pressed again. */
  readonly repeated: () => number;
  readonly pending: () => number;
  /** Whether a click of this kind had its effect in the incident. */
  readonly isDone: (kind: Kind, incident: string) => boolean;
}

/** Slow machines take their time; whoever waits longer than this presses again. */
const patienceMs = 60_000;
/** One of the last so many buttons is pressed again. */
const memory = 20;

export function openClicks(fleet: Fleet, channel: Channel, dice: () => number): Clicks {
  const people = peopleOf(fleet, channel);
  const effects = pressEffects(channel, fleet);
  const all: Press[] = [];
  const lost: Press[] = [];
  const pending = new Set<Press>();
  const pressed = new Set<string>();
  const done = new Set<string>();
  let repeated = 0;

  const settle = (press: Press): void => {
    const isDone = effects.hasEffect(press);
    if (!isDone && press.status === 200 && Date.now() - press.at < patienceMs) return;
    pending.delete(press);
    if (isDone) {
      done.add(`${press.kind} ${press.incident}`);
      return;
    }
    pressed.delete(keyOf(press.kind, press.button));
    repeated += 1;
    if (effects.isLost(press)) lost.push(press);
  };
  const pressNew = async ({ kind, incident, button }: Pressable): Promise<void> => {
    pressed.add(keyOf(kind, button));
    const press = await people.click(kind, incident, lead, button);
    all.push(press);
    pending.add(press);
    if (press.status === 200 && hasForm(button)) await people.submitReason(press);
  };
  const pressOld = async (): Promise<void> => {
    const old = all.filter(({ button }) => !hasForm(button)).slice(-memory);
    const again = old[Math.floor(dice() * old.length)];
    if (again !== undefined) all.push(await people.click('repeat', again.incident, otherLead, again.button));
  };

  return {
    press: async (plans) => {
      await channel.refresh();
      for (const press of pending) settle(press);
      const next = nextMove(channel, plans, (kind, button) => !pressed.has(keyOf(kind, button)));
      await (next === undefined ? pressOld() : pressNew(next));
    },
    all,
    lost,
    repeated: () => repeated,
    pending: () => pending.size,
    isDone: (kind, incident) => done.has(`${kind} ${incident}`),
  };
}

function keyOf(kind: Press['kind'], { message, value }: MessageButton): string {
  return [kind, message.ts, value].join(' ');
}

function hasForm({ actionId }: MessageButton): boolean {
  return actionId === actionIds.skip || actionId === actionIds.decline;
}

interface People {
  readonly click: (
    kind: Press['kind'],
    incident: string,
    user: string,
    button: MessageButton,
  ) => Promise<Press>;
  /** Submits the form that the click opened, if it opens. */
  readonly submitReason: (press: Press) => Promise<void>;
}

/** One person acts at a time, so that the last answer of the balancer belongs to the last click. */
function peopleOf({ world, balancer }: Fleet, channel: Channel): People {
  return {
    click: async (kind, incident, user, button) => {
      const at = Date.now();
      const before = balancer.answers();
      const { message, actionId: action_id, value } = button;
      const body = { user, channel: message.channel, ts: message.ts, action_id, value };
      await postJson(`${world.slack.url}/_sandbox/click`, body);
      await until(() => balancer.answers() > before, 'the click to be answered');
      return { at, kind, incident, user, button, status: balancer.lastStatus() };
    },
    submitReason: async ({ user, at }) => {
      const isOpen = await until(
        async () => {
          await channel.refresh();
          return channel.views().some((one) => one.kind === 'open' && one.at >= at);
        },
        'the form to open',
        modalMs,
      ).catch(() => false);
      if (!isOpen) return;
      const values = { reason: { reason: { type: 'plain_text_input', value: 'Part of the soak.' } } };
      await postJson(`${world.slack.url}/_sandbox/submit-view`, { user, values });
    },
  };
}
