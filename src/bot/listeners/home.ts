import type { App } from '@slack/bolt';
import type { Home } from '../home.ts';

/** The Home tab is published when a person opens it, and again whenever something changes. */
export function listenForHome(app: App, home: Home): void {
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab === 'home') await home.open(event.user);
  });
}
