import type { types } from '@slack/bolt';
import type { Proposal } from '../../playbooks/outcome.ts';
import { redactValue } from '../../playbooks/secrets/redaction.ts';
import { requestId } from '../ids.ts';
import { type Block, plainText, quote, say, small } from './blocks.ts';
import { fitView } from './render-limits.ts';
import { isCalm, line, visible } from './untrusted.ts';

/** Below the 3,000 of a section, so that no code block is cut before its end. */
const perBlock = 2_600;

/** The whole request as it would be sent, for reading. */
export function requestView({ headline, request }: Proposal, hash: string): types.ModalView {
  return {
    type: 'modal',
    callback_id: requestId,
    title: plainText('The request'),
    close: plainText('Close'),
    blocks: fitView([
      quote(line(headline, 400)),
      small(`Sent to AWS exactly like this once approved. SHA-256 \`${hash.replace(/[^0-9a-f]/g, '')}\``),
      ...pagesOf(JSON.stringify(redactValue(request), undefined, 2).split('\n')).map(page),
    ]),
  };
}

function page(text: string): Block {
  return isCalm(text.replaceAll('\n', ' ')) ? say(`\`\`\`\n${text}\n\`\`\``) : quote(text);
}

function pagesOf(lines: readonly string[]): readonly string[] {
  const pages: string[] = [];
  for (const text of lines.flatMap(wrapped)) {
    const last = pages.at(-1);
    if (last !== undefined && last.length + text.length < perBlock)
      pages[pages.length - 1] = `${last}\n${text}`;
    else pages.push(text);
  }
  return pages;
}

/** A long value goes on in the next line: nothing of it is left out. */
function wrapped(text: string): readonly string[] {
  return visible(text).match(/.{1,400}/gsu) ?? [''];
}
