import type { Difference } from '../../playbooks/define.ts';
import { type Block, say, small } from './blocks.ts';
import { inCode } from './untrusted.ts';
import { counted } from './words.ts';

/** Below Slack's 3,000 of a section, so that the code block is never cut before its end. */
const perBlock = 2_600;
const mostBlocks = 2;

/**
 * What would be sent, against the failed job: one field under the other, because names and S3 addresses are too long
 * for columns on a phone.
 */
export function differences(list: readonly Difference[]): readonly Block[] {
  if (list.length === 0) return [small('The request is the same as the failed job’s.')];
  const pages: string[][] = [];
  for (const entry of list.map(entryText)) {
    const page = pages.at(-1);
    if (page !== undefined && page.join('\n').length + entry.length < perBlock) page.push(entry);
    else pages.push([entry]);
  }
  const shown = pages.slice(0, mostBlocks);
  const hidden = list.length - shown.flat().length;
  return [
    say(`*What changes against the failed job* (${counted(list.length, 'field')})`),
    ...shown.map((page) => say(`\`\`\`\n${page.join('\n')}\n\`\`\``)),
    ...(hidden === 0 ? [] : [small(`… and ${counted(hidden, 'more field')}: press *See the request*.`)]),
  ];
}

function entryText({ field, before, after, why }: Difference): string {
  return [
    `${inCode(field, 120)}${why === undefined ? '' : `  (${inCode(why, 200)})`}`,
    ...(before === undefined ? [] : [`  - ${inCode(before, 300)}`]),
    ...(after === undefined ? [] : [`  + ${inCode(after, 300)}`]),
  ].join('\n');
}
