import type { types } from '@slack/bolt';
import type { Proposal } from '../../playbooks/define.ts';
import { requestId } from '../ids.ts';
import { plainText, quote, say, small } from './blocks.ts';
import { fitView } from './render-limits.ts';
import { inCode, line } from './untrusted.ts';

/** Below the 3,000 of a section, so that no code block is cut before its end. */
const perBlock = 2_600;

/** The whole request as it would be sent, for reading. */
export function requestView({ headline, request }: Proposal, hash: string): types.ModalView {
  const pages = pagesOf(JSON.stringify(request, undefined, 2).split('\n'));
  return {
    type: 'modal',
    callback_id: requestId,
    title: plainText('The request'),
    close: plainText('Close'),
    blocks: fitView([
      quote([line(headline, 400)]),
      small(`Sent to AWS exactly like this once approved. SHA-256 \`${inCode(hash, 64)}\``),
      ...pages.map((page) => say(`\`\`\`\n${page}\n\`\`\``)),
    ]),
  };
}

function pagesOf(lines: readonly string[]): readonly string[] {
  const pages: string[] = [];
  for (const text of lines.flatMap(wrapped)) {
    const page = pages.at(-1);
    if (page !== undefined && page.length + text.length < perBlock)
      pages[pages.length - 1] = `${page}\n${text}`;
    else pages.push(text);
  }
  return pages;
}

/** A long value goes on in the next line: nothing of a request is left out. */
function wrapped(text: string): readonly string[] {
  return (text.match(/.{1,400}/gsu) ?? ['']).map((part) => inCode(part, perBlock));
}
