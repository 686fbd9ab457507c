import { firstWithin, lookMs } from '../clicks/deadline.ts';
import type { BotServices } from '../services.ts';

type Deps = Pick<BotServices, 'linkTo' | 'settings'>;

/** A link to the incident's thread, in markup; only the channel if Slack does not return the link in time. */
export async function threadLink(
  { linkTo, settings }: Deps,
  { id }: { readonly id: string },
): Promise<string> {
  const link = await firstWithin(lookMs, linkTo(id));
  return link === undefined ? `${id} in <#${settings.incident_channel}>` : `<${link}|the thread of ${id}>`;
}
