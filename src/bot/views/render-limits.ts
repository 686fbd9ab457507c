import type { types } from '@slack/bolt';
import { type Block, markup } from './blocks.ts';
import { cut, cutEscaped } from './untrusted.ts';

/**
 * Slack refuses a whole message for one thing that is too long, so everything goes through here.
 * https://docs.slack.dev/reference/block-kit/blocks and, for the total, https://github.com/slackapi/bolt-js/issues/2509
 */
const most = {
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
  /** What notifications and screen readers give, and what is posted when Slack refuses the blocks. */
  readonly text: string;
}

export function fitMessage({ blocks, text }: Rendered): Rendered {
  return { blocks: fit(blocks, most.blocks), text: cutEscaped(text, most.fallback) };
}

/** Whether Slack takes all of the blocks in one message. */
export function isWholeMessage(blocks: readonly Block[]): boolean {
  const trimmed = blocks.map(trim);
  return trimmed.length <= most.blocks && sizeOf(trimmed) <= most.total;
}

export function fitView(blocks: readonly Block[]): types.KnownBlock[] {
  return fit(blocks, most.viewBlocks);
}

function fit(blocks: readonly Block[], mostBlocks: number): Block[] {
  const trimmed = blocks.map(trim);
  if (trimmed.length <= mostBlocks && sizeOf(trimmed) <= most.total) return trimmed;
  const note: Block = {
    type: 'context',
    elements: [markup('… cut here: Slack takes no more at once.')],
  };
  const kept = new Set(trimmed.filter(mustStay));
  const room = { blocks: mostBlocks - kept.size - 1, size: most.total - sizeOf([...kept, note]) };
  for (const block of trimmed) {
    if (kept.has(block)) continue;
    room.blocks -= 1;
    room.size -= sizeOf([block]);
    // What follows is left out as well: a text with a hole in its middle reads as if it were whole.
    if (room.blocks < 0 || room.size < 0) break;
    kept.add(block);
  }
  return withNote(trimmed, kept, note);
}

/** A message without its buttons would leave people with nothing to press. */
function mustStay(block: Block): boolean {
  return block.type === 'actions' || block.type === 'header' || block.type === 'input';
}

function withNote(all: readonly Block[], kept: ReadonlySet<Block>, note: Block): Block[] {
  const firstGone = all.findIndex((block) => !kept.has(block));
  return all.flatMap((block, index) => (index === firstGone ? [note] : kept.has(block) ? [block] : []));
}

/** JSON is longer than what Slack counts, never shorter. */
export function sizeOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + JSON.stringify(block).length, 0);
}

function trim(block: Block): Block {
  switch (block.type) {
    case 'header':
      return { ...block, text: trimText(block.text, most.header) };
    case 'section':
      return {
        ...block,
        ...(block.text === undefined ? {} : { text: trimText(block.text, most.section) }),
        ...(block.fields === undefined
          ? {}
          : { fields: block.fields.slice(0, most.fields).map((field) => trimText(field, most.field)) }),
      };
    case 'context':
      return { ...block, elements: block.elements.slice(0, most.context).map(trimElement) };
    case 'actions':
      return { ...block, elements: block.elements.slice(0, most.elements).map(trimButton) };
    default:
      return block;
  }
}

type ContextElement = types.ContextBlock['elements'][number];

function trimElement(element: ContextElement): ContextElement {
  return 'text' in element ? trimText(element, most.field) : element;
}

type ActionElement = types.ActionsBlock['elements'][number];

function trimButton(element: ActionElement): ActionElement {
  if (element.type !== 'button') return element;
  const { confirm } = element;
  return {
    ...element,
    text: trimText(element.text, most.button),
    ...(confirm === undefined ? {} : { confirm: trimConfirm(confirm) }),
  };
}

function trimConfirm(confirm: types.ConfirmationDialog): types.ConfirmationDialog {
  return {
    ...confirm,
    ...(confirm.title === undefined ? {} : { title: trimText(confirm.title, most.confirmTitle) }),
    text: trimText(confirm.text, most.confirmText),
    ...(confirm.confirm === undefined ? {} : { confirm: trimText(confirm.confirm, most.confirmButton) }),
    ...(confirm.deny === undefined ? {} : { deny: trimText(confirm.deny, most.confirmButton) }),
  };
}

/** Slack refuses an empty text, too. */
function trimText<T extends types.TextObject>(text: T, longest: number): T {
  const fitted = text.type === 'mrkdwn' ? cutEscaped(text.text, longest) : cut(text.text, longest);
  return { ...text, text: fitted === '' ? '–' : fitted };
}
