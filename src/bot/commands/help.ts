import type { Catalog } from '../../playbooks/catalog.ts';
import { commandName } from '../ids.ts';
import { say } from '../views/blocks.ts';
import { fitMessage } from '../views/render-limits.ts';
import { escape, line } from '../views/untrusted.ts';
import { autopilot } from './autopilot.ts';
import { checkpoints } from './checkpoints.ts';
import type { Command, Reply } from './command.ts';
import { drill } from './drill.ts';
import { followUp } from './follow-up.ts';
import { halt } from './halt.ts';
import { audit } from './incident/audit.ts';
import { breakGlass } from './incident/break-glass.ts';
import { ack, close, handover, pause, reopen, resume, take } from './incident/moves.ts';
import { list } from './list.ts';
import { readiness } from './readiness.ts';
import { report } from './report.ts';
import { show, silence } from './silence.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { step } from './step.ts';
import { hintFor, inCode } from './typed-words.ts';

const help: Command = {
  name: 'help',
  takes: '',
  does: 'shows this',
  run: async ({ catalog }) => helpReply(catalog, []),
};

/** By what people want to do, most urgent first. */
const sections: readonly (readonly [title: string, commands: readonly Command[]])[] = [
  [
    'When something failed: its thread in the incident channel says what your move is',
    [list, status, start, step],
  ],
  ['You are in charge of an incident', [take, ack, handover, pause, resume, close, reopen]],
  ['Look and learn', [checkpoints, audit, report, followUp, readiness, drill]],
  ['Limits', [halt, breakGlass, autopilot, silence, show]],
];

export const commands: readonly Command[] = [help, ...sections.flatMap(([, list]) => list)];

/** The reply to an unknown command: the nearest one, and the help. */
export function didYouMean(catalog: Catalog, word: string): Reply {
  const names = commands.map(({ name }) => name);
  const before = `${commandName} `;
  return helpReply(catalog, [`There is no ${inCode(before + word)}.${hintFor(word, names, before)}`]);
}

/** For people who have never read the help of a command line. */
const notation =
  'Fill in the words in CAPITALS. What is in [brackets] can be left out: a form asks for it, or all are shown. `|` means *or*.';

function helpReply(catalog: Catalog, first: readonly string[]): Reply {
  // Each is a block of its own, because Slack cuts a block after 3,000 characters.
  const paragraphs = [...first, notation, ...sections.map(sectionText), playbookText(catalog)];
  return fitMessage({ blocks: paragraphs.map(say), text: paragraphs.join('\n\n') });
}

function sectionText([title, list]: (typeof sections)[number]): string {
  const lines = list.map(
    ({ name, takes, does }) => `\`${escape([commandName, name, takes].filter(Boolean).join(' '))}\`  ${does}`,
  );
  return [`*${title}*`, ...lines].join('\n');
}

function playbookText(catalog: Catalog): string {
  return [
    '*Playbooks*',
    ...catalog.list.map(({ id, playbook }) => `\`${id}\`  ${escape(line(playbook.title, 100))}`),
  ].join('\n');
}
