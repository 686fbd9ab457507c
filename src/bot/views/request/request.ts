import type { types } from '@slack/bolt';
import type { Sent } from '../../../incidents/request/find-request.ts';
import { basisInShort, type ShownRequest, shownRequest } from '../../../incidents/request/shown-request.ts';
import type { AwsCall } from '../../../ports/calls.ts';
import type { Proposal } from '../../../ports/step-output.ts';
import { requestId } from '../../ids.ts';
import { type Block, plainText, quote, say, small, smallQuote } from '../blocks.ts';
import { fitView, sizeOf } from '../render-limits.ts';
import { line } from '../untrusted.ts';
import { jsonBlocks } from './json-blocks.ts';

/** What the request is for, and how much of it the person has turned to. */
export interface RequestPage {
  /** The calls that carry it out; without them the frozen request is shown as it is. */
  readonly calls?: readonly AwsCall[];
  /** The approvals are complete, so nothing in the calls is still to be filled in. */
  readonly approved?: boolean;
  readonly sent?: Sent;
  /** The button value that leads back to this request; without it no further page can be turned to. */
  readonly ref?: string;
  /** From 1. */
  readonly page?: number;
  /** False where the thread's message has no room for every difference: then they follow the request. */
  readonly messageIsWhole?: boolean;
  /** Approves exactly this request, while it waits for that. */
  readonly command?: string;
}

/** What the view remembers until its page is turned; Slack gives it back as it was. */
export interface RequestMemo {
  readonly ref: string | undefined;
  readonly page: number;
}

/** A view holds 12,000 characters and 100 blocks; the first lines and the buttons take some of them. */
const perPage = { size: 10_000, blocks: 80 };

/** The whole request as it would be sent, for reading; in pages where Slack does not take it at once. */
export function requestView(proposal: Proposal, hash: string, about: RequestPage = {}): types.ModalView {
  const { calls = [], ref, page: wanted = 1 } = about;
  const shown = shownRequest(proposal, hash, calls);
  const pages = pagesOf(contentOf(shown, about.messageIsWhole ?? true));
  // After the last page comes the first one.
  const page = wanted > pages.length ? 1 : wanted;
  return {
    type: 'modal',
    callback_id: requestId,
    private_metadata: JSON.stringify({ ref, page } satisfies RequestMemo),
    title: plainText('The request'),
    ...turning(ref, page, pages.length),
    close: plainText('Close'),
    blocks: fitView([
      quote(line(shown.headline, 400)),
      small(`${introOf(shown, about)} SHA-256 \`${hash.replace(/[^0-9a-f]/g, '')}\``),
      ...(pages[page - 1] ?? []),
      ...footOf(about, page, pages.length),
    ]),
  };
}

/** The view's own button turns the page, which takes no further call to Slack. */
function turning(ref: string | undefined, page: number, of: number): Pick<types.ModalView, 'submit'> {
  if (of === 1 || ref === undefined) return {};
  return { submit: plainText(page < of ? 'Next page' : 'First page') };
}

function footOf({ command }: RequestPage, page: number, of: number): readonly Block[] {
  return [
    ...(command === undefined || page < of ? [] : [small(`To approve exactly this request: \`${command}\``)]),
    ...(of === 1 ? [] : [small(`Page ${page} of ${of}`)]),
  ];
}

function contentOf(shown: ShownRequest, messageIsWhole: boolean): readonly Block[] {
  const { calls, beside, reliesOn, differences } = shown;
  const more = Object.keys(beside).length > 0;
  return [
    ...calls.flatMap(callBlocks),
    ...(more && calls.length > 0 ? [say('*Checked again before it is sent*')] : []),
    ...(more ? jsonBlocks(beside) : []),
    ...(reliesOn.length === 0
      ? []
      : [say('*Has to be the same still when it is sent*'), ...jsonBlocks(reliesOn.map(basisInShort))]),
    ...(messageIsWhole ? [] : [say('*All differences*'), ...jsonBlocks(differences)]),
  ];
}

function callBlocks({ operation, input, repeats }: AwsCall): readonly Block[] {
  return [
    say(`*${operation.replace(/[^A-Za-z]/g, '')}*`),
    ...(repeats === undefined ? [] : [smallQuote(line(repeats, 600))]),
    ...jsonBlocks(input),
  ];
}

function pagesOf(blocks: readonly Block[]): readonly (readonly Block[])[] {
  const pages: Block[][] = [[]];
  for (const block of blocks) {
    const last = pages.at(-1) ?? [];
    const fits = sizeOf([...last, block]) <= perPage.size && last.length < perPage.blocks;
    if (fits || last.length === 0) last.push(block);
    else pages.push([block]);
  }
  return pages;
}

/** The lines above a request: what of it is sent exactly as it stands, what is a pattern, and whether it was sent. */
function introOf(
  shown: Pick<ShownRequest, 'calls' | 'beside'>,
  { approved = false, sent = 'no' }: { readonly approved?: boolean; readonly sent?: Sent },
): string {
  const { calls } = shown;
  const text = JSON.stringify([calls, shown.beside]);
  const open =
    !approved && JSON.stringify(calls.map(({ input }) => input['Tags'] ?? null)).includes('approved-by');
  return [
    state(approved, sent),
    ...exactness(calls),
    ...(open ? ['Only the value of `relight:approved-by` is filled in by the approval.'] : []),
    ...(text.includes('[redacted')
      ? ['Values shown as `[redacted]` are secrets, which are sent as they are.']
      : []),
  ].join(' ');
}

function state(approved: boolean, sent: Sent): string {
  if (sent === 'yes') return 'Approved and sent to AWS.';
  if (sent === 'maybe')
    return 'Approved and begun. It is not known to be done: AWS may have got none, some or all of it.';
  return approved
    ? 'Approved. Nothing of it was sent to AWS.'
    : 'Nothing is sent to AWS before it is approved.';
}

function exactness(calls: readonly AwsCall[]): readonly string[] {
  const namesOf = (list: readonly AwsCall[]): string =>
    [...new Set(list.map(({ operation }) => operation.replace(/[^A-Za-z]/g, '')))].join(' and ');
  const patterns = calls.filter(({ repeats }) => repeats !== undefined);
  const exact = calls.filter(({ repeats }) => repeats === undefined);
  if (calls.length === 0) return ['This is the frozen request.'];
  if (patterns.length === 0) return ['What is sent is exactly this.'];
  return [
    ...(exact.length === 0 ? [] : [`${namesOf(exact)} is sent exactly like this.`]),
    `${namesOf(patterns)} ${patterns.length === 1 ? 'is a pattern' : 'are patterns'}: \`…\` stands for what differs from one object to the next, besides the bytes of the object.`,
  ];
}
