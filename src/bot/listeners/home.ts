import type { App } from '@slack/bolt';
import type { ListenerServices } from '../clicks/answer.ts';
import { openIncidents } from '../open-incidents.ts';
import { homeView } from '../views/home/home.ts';

/** The Home tab lists the open incidents, computed each time a person opens it. */
export function listenForHome(app: App, services: ListenerServices): void {
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return;
    const view = homeView(await openIncidents(services), services.clock.now());
    await services.client.views.publish({ user_id: event.user, view });
  });
}
