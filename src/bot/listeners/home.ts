import type { App } from '@slack/bolt';
import type { ListenerParts } from '../clicks/answer.ts';
import { openIncidents } from '../open-incidents.ts';
import { homeView } from '../views/home.ts';

/** The Home tab: what is open, computed anew each time somebody looks. */
export function listenForHome(app: App, parts: ListenerParts): void {
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return;
    const { incidents, total } = await openIncidents(parts);
    const deadLetters = await parts.deadLetters.count();
    await parts.client.views.publish({
      user_id: event.user,
      view: homeView(
        { incidents, total, deadLetters, channel: parts.settings.incident_channel },
        parts.clock.now(),
      ),
    });
  });
}
