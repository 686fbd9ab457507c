import { requestId } from '../../../../src/bot/ids.ts';
import type { MessageButton } from '../../../support/responder.ts';
import type { Channel } from './channel.ts';
import type { Fleet } from './fleet.ts';
import type { Kind } from './moves.ts';

/** One click and how it was acknowledged. */
export interface Press {
  readonly at: number;
  readonly kind: Kind | 'repeat';
  readonly incident: string;
  readonly user: string;
  readonly button: MessageButton;
  /** The HTTP status of the acknowledgment; 0 if no bot answered. */
  readonly status: number;
}

/** What came of clicks, as people see it in Slack. */
export interface PressEffects {
  readonly hasEffect: (press: Press) => boolean;
  /** Acknowledged, with neither an effect nor an answer. */
  readonly isLost: (press: Press) => boolean;
}

/** A modal must open within the life of its trigger, so a bot that is killed takes it along. */
export const modalMs = 5_000;
const modals: readonly Press['kind'][] = ['look', 'skip', 'decline'];

export function pressEffects(channel: Channel, { disturbed }: Pick<Fleet, 'disturbed'>): PressEffects {
  const wasDisturbed = ({ at }: Press): boolean =>
    disturbed.some(({ from, to }) => at > from - modalMs && at < to + modalMs);
  const wasAnswered = ({ user, at }: Press): boolean =>
    channel.ephemerals().some((one) => one.user === user && one.at >= at);
  return {
    hasEffect: ({ kind, incident, button, at }) => {
      if (kind === 'take')
        return channel.thread(incident).some(({ text }) => text.includes('has taken this incident'));
      if (kind === 'look')
        return channel.views().some((one) => one.at >= at && one.view?.callback_id === requestId);
      return !channel
        .buttons(incident)
        .some(({ actionId, value }) => actionId === button.actionId && value === button.value);
    },
    isLost: (press) =>
      press.status === 200 && !wasAnswered(press) && !(modals.includes(press.kind) && wasDisturbed(press)),
  };
}
