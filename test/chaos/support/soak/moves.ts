import { actionIds } from '../../../../src/bot/ids.ts';
import type { MessageButton } from '../../../support/responder.ts';
import type { Channel } from './channel.ts';

export type Kind = 'take' | 'look' | 'approve' | 'decline' | 'rebuild' | 'skip';

/** What people do in an incident. */
export interface IncidentPlan {
  readonly incident: string;
  /** The first request is declined and built again. */
  readonly declines: boolean;
  /** The postmortem is skipped after the recovery. */
  readonly skips: boolean;
}

export interface Pressable {
  readonly kind: Kind;
  readonly incident: string;
  readonly button: MessageButton;
}

/** The most urgent first: what training waits for. */
const order: readonly Kind[] = ['decline', 'rebuild', 'approve', 'skip', 'take', 'look'];

const actions: Readonly<Record<Kind, string>> = {
  take: actionIds.take,
  look: actionIds.request,
  approve: actionIds.approve,
  decline: actionIds.decline,
  rebuild: actionIds.retry,
  skip: actionIds.skip,
};

/** The next button that a person presses, in whichever incident. */
export function nextMove(
  channel: Pick<Channel, 'buttons'>,
  plans: readonly IncidentPlan[],
  isFree: (kind: Kind, button: MessageButton) => boolean,
): Pressable | undefined {
  const shown = plans.map((plan) => ({ plan, buttons: channel.buttons(plan.incident) }));
  for (const kind of order)
    for (const { plan, buttons } of shown) {
      if (!wants(kind, plan)) continue;
      const button = buttons.find(
        (one) => one.actionId === actions[kind] && fits(kind, plan, one) && isFree(kind, one),
      );
      if (button !== undefined) return { kind, incident: plan.incident, button };
    }
  return undefined;
}

function wants(kind: Kind, { declines, skips }: IncidentPlan): boolean {
  if (kind === 'decline') return declines;
  return kind !== 'skip' || skips;
}

/** The value of a button is `incident.step.attempt.hash`: only the first attempt is declined, and only later ones approved. */
function fits(kind: Kind, { declines }: IncidentPlan, { value }: MessageButton): boolean {
  const isFirst = value.split('.')[2] === '1';
  if (kind === 'decline') return isFirst;
  if (kind === 'approve') return !declines || !isFirst;
  return kind !== 'skip' || value.includes('.document');
}
