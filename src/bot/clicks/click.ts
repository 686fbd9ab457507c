import { z } from 'zod';
import { StepRef } from '../ids.ts';
import type { Place } from '../slack/tell.ts';
import type { Asker } from './outcome-form.ts';

/** A button press as Slack sends it: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const Body = z.object({
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }).optional(),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).optional(),
  trigger_id: z.string().optional(),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).min(1),
});

export interface Click {
  readonly asker: Asker;
  /** Where to answer. */
  readonly place: Place;
  /** Opens a form, for 3 s; empty where Slack gave none. */
  readonly trigger: string;
  /** Undefined for a button whose value is none of ours. */
  readonly ref: StepRef | undefined;
}

/** Who pressed, and where, is taken from what Slack signed; from the button's value only what it points to. */
export function readClick(body: unknown): Click {
  const { user, channel, message, trigger_id, actions } = Body.parse(body);
  return {
    asker: { actor: { user: user.id, via: 'button' }, channel: channel?.id ?? '' },
    place: { user: user.id, channel: channel?.id ?? user.id, thread: message?.thread_ts ?? message?.ts },
    trigger: trigger_id ?? '',
    ref: StepRef.safeParse(actions[0]?.value).data,
  };
}
