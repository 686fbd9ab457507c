import type { App } from '@slack/bolt';
import { z } from 'zod';
import { inSpan } from '../../tracing/span.ts';
import { commands } from '../commands/help.ts';
import { StepRef } from '../ids.ts';

/**
 * Gives each request of Slack a span, from its arrival until its listener is done. What people typed is not recorded, nor who
 * they are: the journal has that.
 */
export function traceRequests(app: App): void {
  app.use(async ({ body, next }) => {
    const request = kindOf(body);
    const attributes = () => ({ 'relight.request': request, ...namesIn(body) });
    return inSpan({ name: `slack ${request}`, kind: 'entry', attributes }, next);
  });
}

function kindOf(body: object): string {
  if ('actions' in body) return 'button';
  if ('view' in body) return 'form';
  if ('command' in body) return 'command';
  return 'event' in body ? 'event' : 'shortcut';
}

/** Relight's own names. Messages of other versions may carry others. */
const Name = z
  .string()
  .regex(/^relight_[a-z0-9_]{1,60}$/)
  .optional()
  .catch('unknown');

const Action = z.object({
  action_id: Name,
  value: z.string().optional(),
  selected_option: z.object({ value: z.string() }).nullish(),
});

const Request = z.object({
  actions: z.tuple([Action], z.unknown()).optional().catch(undefined),
  view: z.object({ callback_id: Name, private_metadata: z.string() }).optional().catch(undefined),
  callback_id: Name,
  text: z.string().optional().catch(undefined),
  command: z.string().optional().catch(undefined),
});

function namesIn(body: object): Readonly<Record<string, string | number | undefined>> {
  const { actions: [action] = [], view, callback_id, command, text } = Request.parse(body);
  return {
    'relight.name': action?.action_id ?? view?.callback_id ?? callback_id,
    'relight.command': command === undefined ? undefined : wordOf(text),
    ...placeOf(action === undefined ? refIn(view) : (action.selected_option ?? action).value),
  };
}

function placeOf(value: string | undefined): Readonly<Record<string, string | number | undefined>> {
  const { incident, step, attempt } = StepRef.safeParse(value).data ?? {};
  return { 'relight.incident': incident, 'relight.step': step, 'relight.attempt': attempt };
}

/** The value of the button that opened the form, which the form keeps. */
function refIn(view: { readonly private_metadata: string } | undefined): string | undefined {
  return /^\{"ref":"([^"]{1,120})"/.exec(view?.private_metadata ?? '')?.[1];
}

/** Only a word that is a command: anything else is what a person typed. */
function wordOf(text = ''): string {
  const word = text.trim().split(/\s+/)[0]?.toLowerCase();
  return commands.find(({ name }) => name === word)?.name ?? 'other';
}
