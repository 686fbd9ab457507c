import type { types } from '@slack/bolt';
import { type Block, markup } from './blocks.ts';
import { cut, cutEscaped } from './untrusted.ts';

/**
 * Slack rejects a whole message if one element is too long, so every message and view goes through here.
 * https://docs.slack.dev/reference/block-kit/blocks and, for the total, https://github.com/slackapi/bolt-js/issues/2509
 */
const max = {
  blocks: 50,
  viewBlocks: 100,
  total: 12_000,
  header: 150,
  section: 3_000,
  field: 2_000,
  fields: 10,
  context: 10,
  elements: 25,
  button: 75,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  fallback: 3_000,
} as const;

export interface Rendered {
  readonly blocks: readonly Block[];
  /** For notifications and screen readers, and posted alone if Slack refuses the blocks. */
  readonly text: string;
}

export function fitMessage({ blocks, text }: Rendered): Rendered {
  return { blocks: fit(blocks, max.blocks), text: cutEscaped(text, max.fallback) };
}

/** Whether all blocks fit into one message. */
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

function trim(block: Block): Block {
  switch (block.type) {
    case 'header':
      return { ...block, text: trimText(block.text, max.header) };
    case 'section':
      return {
        ...block,
        ...(block.text === undefined ? {} : { text: trimText(block.text, max.section) }),
        ...(block.fields === undefined
          ? {}
          : { fields: block.fields.slice(0, max.fields).map((field) => trimText(field, max.field)) }),
      };
    case 'context':
      return { ...block, elements: block.elements.slice(0, max.context).map(trimElement) };
    case 'actions':
      return { ...block, elements: block.elements.slice(0, max.elements).map(trimButton) };
    default:
      return block;
  }
}

type ContextElement = types.ContextBlock['elements'][number];

function trimElement(element: ContextElement): ContextElement {
  return 'text' in element ? trimText(element, max.field) : element;
}

type ActionElement = types.ActionsBlock['elements'][number];

function trimButton(element: ActionElement): ActionElement {
  if (element.type !== 'button') return element;
  const { confirm } = element;
  return {
    ...element,
    text: trimText(element.text, max.button),
    ...(confirm === undefined ? {} : { confirm: trimConfirm(confirm) }),
  };
}

function trimConfirm(confirm: types.ConfirmationDialog): types.ConfirmationDialog {
  return {
    ...confirm,
    ...(confirm.title === undefined ? {} : { title: trimText(confirm.title, max.confirmTitle) }),
    text: trimText(confirm.text, max.confirmText),
    ...(confirm.confirm === undefined ? {} : { confirm: trimText(confirm.confirm, max.confirmButton) }),
    ...(confirm.deny === undefined ? {} : { deny: trimText(confirm.deny, max.confirmButton) }),
  };
}

/** Slack also refuses an empty text. */
function trimText<T extends types.TextObject>(text: T, limit: number): T {
  const fitted = text.type === 'mrkdwn' ? cutEscaped(text.text, limit) : cut(text.text, limit);
  return { ...text, text: fitted === '' ? '–' : fitted };
}
