import type { types } from '@slack/bolt';
import type { Sent } from '../../../incidents/request/find-request.ts';
import { basisInShort, type ShownRequest, shownRequest } from '../../../incidents/request/shown-request.ts';
import type { AwsCall } from '../../../ports/calls.ts';
import type { Proposal } from '../../../ports/step-output.ts';
import { requestId } from '../../ids.ts';
import { type Block, plainText, quote, say, small, smallQuote } from '../blocks.ts';
import { titleIn } from '../drills/drill-words.ts';
import { fitView } from '../render-limits.ts';
import { line } from '../untrusted.ts';
import { jsonBlocks } from './json-blocks.ts';
import { pagesOf, turnPage } from './pages.ts';
import { introOf } from './request-intro.ts';

export interface RequestPage {
  /** The AWS calls that carry it out; without them the frozen request itself is shown. */
  readonly calls?: readonly AwsCall[];
  /** The approvals are complete, so the calls have no value left to fill in. */
  readonly approved?: boolean;
  readonly sent?: Sent;
  /** The button value that leads back to this request; without it there is only the first page. */
  readonly ref?: string;
  /** From 1. */
  readonly page?: number;
  /** False if the thread's message has no room for every difference: then the differences follow the request. */
  readonly messageIsWhole?: boolean;
  /** The command that approves exactly this request, while it is waiting for approval. */
  readonly command?: string;
}

/** State that Slack keeps with the view and returns unchanged when the person turns the page. */
export interface RequestMemo {
  readonly ref: string | undefined;
  readonly page: number;
}

/** The whole request as it would be sent, in pages if it does not fit into one view. */
export function requestView(proposal: Proposal, hash: string, about: RequestPage = {}): types.ModalView {
  const { calls = [], ref, page: wanted = 1 } = about;
  const shown = shownRequest(proposal, hash, calls);
  const pages = pagesOf(contentOf(shown, about.messageIsWhole ?? true));
  // After the last page comes the first page.
  const page = wanted > pages.length ? 1 : wanted;
  return {
    type: 'modal',
    callback_id: requestId,
    private_metadata: JSON.stringify({ ref, page } satisfies RequestMemo),
    title: plainText(titleIn(ref, 'The request')),
    ...(ref === undefined ? {} : turnPage(page, pages.length)),
    close: plainText('Close'),
    blocks: fitView([
      quote(line(shown.headline, 400)),
      small(`${introOf(shown, about)} SHA-256 \`${hash.replace(/[^0-9a-f]/g, '')}\``),
      ...(pages[page - 1] ?? []),
      ...footOf(about, page, pages.length),
    ]),
  };
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
      : [say('*Must be unchanged when it is sent*'), ...jsonBlocks(reliesOn.map(basisInShort))]),
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
