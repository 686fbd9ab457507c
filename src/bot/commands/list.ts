import { openIncidents } from '../open-incidents.ts';
import { openList } from '../views/home.ts';
import { fitMessage } from '../views/render-limits.ts';
import { counted } from '../views/words.ts';
import type { Command } from './command.ts';

export const list: Command = {
  name: 'list',
  takes: '',
  does: 'shows the open incidents',
  run: async (parts) => {
    const [{ incidents, total }, deadLetters] = await Promise.all([
      openIncidents(parts),
      parts.deadLetters.count(),
    ]);
    const state = { incidents, total, deadLetters, channel: parts.settings.incident_channel };
    const { blocks, text } = fitMessage({
      blocks: openList(state, parts.clock.now()),
      text: total === 0 ? 'Nothing is open.' : counted(total, 'open incident'),
    });
    return { text, blocks: [...blocks] };
  },
};
