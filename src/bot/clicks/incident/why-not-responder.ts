import { authorize, type Rule } from '../../access/authorize.ts';
import type { BotServices } from '../../services.ts';
import { firstWithin } from '../deadline.ts';

/** Why this person cannot be the responder of an incident, in plain text; undefined if they can. */
export async function whyNotResponder(
  { directory, settings, clock, limits }: Pick<BotServices, 'directory' | 'settings' | 'clock' | 'limits'>,
  user: string,
): Promise<string | undefined> {
  const membership = (await firstWithin(limits.lookup, directory.membership(user))) ?? {
    kind: 'unknown' as const,
    why: 'no answer in time',
  };
  const { incident_channel: channel } = settings;
  const needed = { tier: '', effect: 'other', role: 'responder', approvedBy: [] } as const;
  const decision = authorize({ user, channel, ...needed }, settings, membership, clock.now());
  return decision.allowed ? undefined : words[decision.rule];
}

const notResponder = 'This person is not a responder. Choose one, or add them under roles in relight.yaml.';
const words: Readonly<Record<Rule, string>> = {
  channel: notResponder,
  'same-person': notResponder,
  'own-request': notResponder,
  role: notResponder,
  person: 'This is an app, a guest, a deactivated account or a person from another organization.',
  lookup: 'Slack did not confirm that this person is a responder. Send it again in a moment.',
};
