import type { types } from '@slack/bolt';
import { type Block, markup } from './blocks.ts';
import { trim } from './trim-block.ts';
import { cutEscaped } from './untrusted.ts';

/**
 * Slack rejects a whole message if it is too long, so every message and view goes through here.
 * https://docs.slack.dev/reference/block-kit/blocks and, for the total, https://github.com/slackapi/bolt-js/issues/2509
 */
const max = { blocks: 50, viewBlocks: 100, total: 12_000, fallback: 3_000 } as const;

export interface Rendered {
  readonly blocks: readonly Block[];
  /** For notifications and screen readers, and posted alone if Slack refuses the blocks. */
  readonly text: string;
}

export function fitMessage({ blocks, text }: Rendered): Rendered {
  return { blocks: fit(blocks, max.blocks), text: cutEscaped(text, max.fallback) };
}

export function isWholeMessage(blocks: readonly Block[]): boolean {
  const trimmed = blocks.map(trim);
  return trimmed.length <= max.blocks && sizeOf(trimmed) <= max.total;
}

export function fitView(blocks: readonly Block[]): types.KnownBlock[] {
  return fit(blocks, max.viewBlocks);
}

function fit(blocks: readonly Block[], maxBlocks: number): Block[] {
  const trimmed = blocks.map(trim);
  if (trimmed.length <= maxBlocks && sizeOf(trimmed) <= max.total) return trimmed;
  const note: Block = {
    type: 'context',
    elements: [markup('… cut here: Slack’s limit for one message.')],
  };
  const kept = new Set(trimmed.filter(mustStay));
  const room = { blocks: maxBlocks - kept.size - 1, size: max.total - sizeOf([...kept, note]) };
  for (const block of trimmed) {
    if (kept.has(block)) continue;
    room.blocks -= 1;
    room.size -= sizeOf([block]);
    // The rest is left out as well: a gap in the middle would go unnoticed.
    if (room.blocks < 0 || room.size < 0) break;
    kept.add(block);
  }
  return withNote(trimmed, kept, note);
}

/** Without its buttons a message would leave people nothing to press. */
function mustStay(block: Block): boolean {
  return block.type === 'actions' || block.type === 'header' || block.type === 'input';
}

function withNote(all: readonly Block[], kept: ReadonlySet<Block>, note: Block): Block[] {
  const firstDropped = all.findIndex((block) => !kept.has(block));
  return all.flatMap((block, index) => (index === firstDropped ? [note] : kept.has(block) ? [block] : []));
}

/** An upper bound: the JSON is never shorter than what Slack counts. */
export function sizeOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + JSON.stringify(block).length, 0);
}
