import type { types } from '@slack/bolt';
import { cut, escape, line } from './untrusted.ts';

/** The Block Kit blocks in use. Each is built in one place, so that untrusted text can only end up as plain text. */

export type Block =
  | types.HeaderBlock
  | types.SectionBlock
  | types.ContextBlock
  | types.ActionsBlock
  | types.DividerBlock
  | types.InputBlock;

/** `emoji: false`, or `:warning:` in a job name turns into a picture. */
export function plainText(text: string): types.PlainTextElement {
  return { type: 'plain_text', text, emoji: false };
}

/** `verbatim`, or Slack turns bare addresses and channel names into links. */
export function markup(text: string): types.MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

export function header(text: string): Block {
  return { type: 'header', text: plainText(line(text, 150)) };
}

/** Trusted text, with markup. */
export function say(text: string): Block {
  return { type: 'section', text: markup(text) };
}

/** Untrusted text, as plain text. */
export function quote(text: string): Block {
  return { type: 'section', text: plainText(text) };
}

/** Trusted text with one button beside it. */
export function sayWithButton(text: string, words: ButtonWords): Block {
  return { type: 'section', text: markup(text), accessory: button(words) };
}

export function small(text: string): Block {
  return { type: 'context', elements: [markup(text)] };
}

export function smallQuote(text: string): Block {
  return { type: 'context', elements: [plainText(text)] };
}

/** Two columns, name and value; five rows to a block: https://docs.slack.dev/reference/block-kit/blocks/section-block */
export function facts(rows: readonly { readonly label: string; readonly value: string }[]): Block[] {
  const blocks: Block[] = [];
  for (let from = 0; from < rows.length; from += 5)
    blocks.push({
      type: 'section',
      fields: rows
        .slice(from, from + 5)
        .flatMap(({ label, value }) => [plainText(line(label, 60)), plainText(line(value, 1_500) || '–')]),
    });
  return blocks;
}

/** Bold text; an asterisk inside it must not end the bold. */
export function bold(text: string): string {
  return `*${escape(cut(text.replaceAll('*', ''), 200))}*`;
}

export interface ButtonWords {
  readonly label: string;
  readonly id: string;
  readonly value: string;
  readonly primary?: true;
  /** The question of a dialog that the person must confirm. */
  readonly confirm?: string;
  /** What the dialog’s own button says, if not the label. */
  readonly confirmLabel?: string;
}

/** `more`: the options of an overflow menu after the buttons. */
export function buttons(list: readonly ButtonWords[], more?: OverflowWords): Block {
  const menu = more === undefined || more.options.length === 0 ? [] : [overflow(more)];
  return { type: 'actions', elements: [...list.map(button), ...menu] };
}

/** At most five options: https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element */
export interface OverflowWords {
  readonly id: string;
  readonly options: readonly { readonly label: string; readonly value: string }[];
}

function overflow({ id, options }: OverflowWords): types.Overflow {
  return {
    type: 'overflow',
    action_id: id,
    options: options.map(({ label, value }) => ({ text: plainText(label), value })),
  };
}

function button({ label, id, value, primary, confirm, confirmLabel = label }: ButtonWords): types.Button {
  return {
    type: 'button',
    text: plainText(label),
    action_id: id,
    value,
    ...(primary === undefined ? {} : { style: 'primary' }),
    ...(confirm === undefined
      ? {}
      : {
          confirm: {
            title: plainText(`${cut(confirmLabel, 90)}?`),
            text: plainText(cut(confirm, 300)),
            confirm: plainText(cut(confirmLabel, 30)),
            deny: plainText('Not now'),
          },
        }),
  };
}
