import { z } from 'zod';
import type { ClickResult } from '../../incidents/click-result.ts';
import type { Actor } from '../../incidents/model/events.ts';
import { StepRef } from '../ids.ts';
import type { ReplyTarget } from '../slack/tell.ts';

/** The reply to a click, form or command: exactly one of these, each with one sentence in `views/answers.ts`. */
export type ClickResponse =
  | ClickResult
  | { readonly kind: 'not-recorded' }
  /** No incident has the id that was typed. */
  | { readonly kind: 'no-incident' }
  /** One of Relight's own messages names the incident, so its record was lost. */
  | { readonly kind: 'incident-lost' }
  /** It ended long ago and left Redis. `what`: its id, its job and its end. */
  | { readonly kind: 'archived'; readonly what: string };

/** The person who clicked or typed, and the channel, as Slack signed them. */
export interface Requester {
  readonly actor: Actor;
  readonly channel: string;
  /** The thread of the click, for a message that follows the answer. */
  readonly thread?: string | undefined;
}

/** Something that a person can do at the place that a button names, with what the person chose. */
export type Intent<Chosen extends readonly unknown[] = []> = (
  ref: StepRef,
  requester: Requester,
  ...chosen: Chosen
) => Promise<ClickResponse>;

/** The person and the place of a click or a submitted form. */
export const Place = z.object({
  user: z.object({ id: z.string() }),
  channel: z.object({ id: z.string() }).optional(),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).optional(),
});

/** A click on a button, as Slack sends it: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const Body = Place.extend({
  trigger_id: z.string().optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        value: z.string().optional(),
        // An overflow menu sends the chosen option.
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});

export interface Click {
  readonly requester: Requester;
  readonly target: ReplyTarget;
  /** Opens a form, for 3 s; empty if Slack sent none. */
  readonly trigger: string;
  /** Undefined if this version of Relight did not write the button's value. */
  readonly ref: StepRef | undefined;
}

/** The person and the channel come from the part that Slack signed; the button's value only says what it points to. */
export function readClick(body: unknown): Click {
  const { user, channel, message, trigger_id, actions } = Body.parse(body);
  const thread = message?.thread_ts ?? message?.ts;
  return {
    requester: { actor: { user: user.id, via: 'button' }, channel: channel?.id ?? '', thread },
    target: { user: user.id, channel: channel?.id ?? user.id, thread },
    trigger: trigger_id ?? '',
    ref: StepRef.safeParse(valueOf(actions[0])).data,
  };
}

function valueOf(action: z.infer<typeof Body>['actions'][number] | undefined): string | undefined {
  return action?.selected_option?.value ?? action?.value;
}
