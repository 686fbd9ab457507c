import type { Call } from '../../incidents/model/calls/call.ts';
import { mention } from './untrusted.ts';

/** The mentions of people and user groups. https://docs.slack.dev/messaging/formatting-message-text#mentioning-groups */
export function called({ users, groups }: Call): readonly string[] {
  return [
    ...groups.filter((id) => /^S[A-Z0-9]{2,30}$/.test(id)).map((id) => `<!subteam^${id}>`),
    ...users.map(mention),
  ];
}
