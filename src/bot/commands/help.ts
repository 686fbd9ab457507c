import { nearest } from '../../config/nearest.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import { commandName } from '../ids.ts';
import { say } from '../views/blocks.ts';
import { fitMessage } from '../views/render-limits.ts';
import { escape, line } from '../views/untrusted.ts';
import type { Command, Reply } from './command.ts';
import { list } from './list.ts';
import { show, silence } from './silence.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { step } from './step.ts';

const help: Command = {
  name: 'help',
  takes: '',
  does: 'shows this',
  run: async ({ catalog }) => helpReply(catalog, []),
};

export const commands: readonly Command[] = [help, list, status, start, step, silence, show];

/** The reply to an unknown command: the nearest one, and the help. */
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
  const paragraphs = [...first, helpText(catalog)];
  const fitted = fitMessage({ blocks: paragraphs.map(say), text: paragraphs.join('\n\n') });
  return { text: fitted.text, blocks: [...fitted.blocks] };
}

function helpText(catalog: Catalog): string {
  return [
    ...commands.map(
      ({ name, takes, does }) =>
        `\`${escape([commandName, name, takes].filter(Boolean).join(' '))}\`  ${does}`,
    ),
    '',
    '*Playbooks*',
    ...catalog.list.map(({ id, playbook }) => `\`${id}\`  ${escape(line(playbook.summary, 200))}`),
  ].join('\n');
}
