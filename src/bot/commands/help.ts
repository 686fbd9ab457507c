import { nearest } from '../../config/nearest.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import { say } from '../views/blocks.ts';
import { helpText } from '../views/help.ts';
import { fitMessage } from '../views/render-limits.ts';
import { escape, line } from '../views/untrusted.ts';
import type { Command, Reply } from './command.ts';
import { list } from './list.ts';
import { show } from './show.ts';
import { snooze } from './snooze.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { step } from './step.ts';

const help: Command = {
  name: 'help',
  takes: '',
  does: 'shows this',
  run: async ({ catalog }) => helpReply(catalog, []),
};

export const commands: readonly Command[] = [help, list, status, start, step, snooze, show];

/** For a word that is no command: the nearest one, and the help. */
export function didYouMean(catalog: Catalog, word: string): Reply {
  const close = nearest(
    word,
    commands.map(({ name }) => name),
  );
  const typed = escape(line(word, 40).replaceAll('`', ''));
  const hint = close === undefined ? '' : ` Did you mean \`/relight ${close}\`?`;
  return helpReply(catalog, [`There is no \`/relight ${typed}\`.${hint}`]);
}

function helpReply(catalog: Catalog, first: readonly string[]): Reply {
  const playbooks = catalog.list.map(({ id, playbook }) => ({ id, summary: playbook.summary }));
  const text = helpText({ commands, playbooks });
  const fitted = fitMessage({ blocks: [...first, text].map(say), text: [...first, text].join('\n\n') });
  return { text: fitted.text, blocks: [...fitted.blocks] };
}
