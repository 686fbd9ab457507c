import { small } from '../views/blocks.ts';
import { card } from '../views/card.ts';
import { deadLetterText } from '../views/home.ts';
import { fitMessage } from '../views/render-limits.ts';
import type { Command } from './command.ts';
import { list } from './list.ts';

export const status: Command = {
  name: 'status',
  takes: '[INCIDENT]',
  does: 'shows where an incident stands; without one, where all stand',
  run: async (parts, call) => {
    const [, id] = call.words;
    if (id === undefined) return list.run(parts, call);
    const [incident, deadLetters] = await Promise.all([parts.store.load(id), parts.deadLetters.count()]);
    const { blocks, text } = card(incident, parts.catalog.get(incident.playbook ?? ''), parts.clock.now());
    const kept = deadLetters === 0 ? [] : [deadLetterText(deadLetters)];
    const fitted = fitMessage({ blocks: [...blocks, ...kept.map(small)], text: [text, ...kept].join('\n') });
    return { text: fitted.text, blocks: [...fitted.blocks] };
  },
};
