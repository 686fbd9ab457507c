import { firstWithin, lookMs } from '../clicks/deadline.ts';
import { linksTo, openIncidents } from '../open-incidents.ts';
import { openList } from '../views/home/open-list.ts';
import { fitMessage } from '../views/render-limits.ts';
import { counted } from '../views/words.ts';
import type { Command } from './command.ts';

export const list: Command = {
  name: 'list',
  takes: '',
  does: 'shows the open incidents',
  run: async (services) => {
    const open = await openIncidents(services);
    // Without the links, the list is still useful.
    const links = await firstWithin(lookMs, linksTo(services, open));
    return fitMessage({
      blocks: openList({ ...open, ...(links && { links }) }, services.clock.now()),
      text: open.total === 0 ? 'No open incidents.' : counted(open.total, 'open incident'),
    });
  },
};
