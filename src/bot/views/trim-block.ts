import type { types } from '@slack/bolt';
import type { Block } from './blocks.ts';
import { cut, cutEscaped } from './untrusted.ts';

/** Slack rejects a whole message if one element is too long: https://docs.slack.dev/reference/block-kit/blocks */
const max = {
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
} as const;

/** The block with every text within its limit. */
export function trim(block: Block): Block {
  switch (block.type) {
    case 'header':
      return { ...block, text: trimText(block.text, max.header) };
    case 'section':
      return {
        ...block,
        ...(block.text && { text: trimText(block.text, max.section) }),
        ...(block.fields && {
          fields: block.fields.slice(0, max.fields).map((field) => trimText(field, max.field)),
        }),
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
    ...(confirm && { confirm: trimConfirm(confirm) }),
  };
}

function trimConfirm({
  title,
  text,
  confirm,
  deny,
  ...rest
}: types.ConfirmationDialog): types.ConfirmationDialog {
  return {
    ...rest,
    ...(title && { title: trimText(title, max.confirmTitle) }),
    text: trimText(text, max.confirmText),
    ...(confirm && { confirm: trimText(confirm, max.confirmButton) }),
    ...(deny && { deny: trimText(deny, max.confirmButton) }),
  };
}

/** Slack also refuses an empty text. */
function trimText<T extends types.TextObject>(text: T, limit: number): T {
  const fitted = text.type === 'mrkdwn' ? cutEscaped(text.text, limit) : cut(text.text, limit);
  return { ...text, text: fitted === '' ? '–' : fitted };
}
