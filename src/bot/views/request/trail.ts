import type { types } from '@slack/bolt';
import type { TrailRecord } from '../../../incidents/record/trail-record.ts';
import type { Json } from '../../../ports/basics.ts';
import type { AwsCallMade } from '../../../ports/calls.ts';
import { trailId } from '../../ids.ts';
import { type Block, plainText, quote, small } from '../blocks.ts';
import { fitView } from '../render-limits.ts';
import { line, mention, nameInMarkup } from '../untrusted.ts';
import { counted, signs } from '../words.ts';
import { jsonBlocks } from './json-blocks.ts';
import { pagesOf, turnPage } from './pages.ts';

export interface Trail {
  readonly incident: string;
  readonly entries: number;
  /** Decisions by people, refusals of people, and AWS requests among the entries. */
  readonly decisions: number;
  readonly refusals: number;
  readonly calls: number;
  /** Why the hash chain is broken; undefined if it is whole. */
  readonly broken: string | undefined;
  /** The entries, laid out. */
  readonly pages: readonly (readonly Block[])[];
}

/** State that Slack keeps with the view and returns unchanged when the person turns the page. */
export interface TrailMemo {
  readonly incident: string;
  readonly page: number;
  /** The channel of the command, which Slack does not name when a page turns. */
  readonly channel: string;
}

export function emptyTrail(incident: string): Trail {
  return { incident, entries: 0, decisions: 0, refusals: 0, calls: 0, broken: undefined, pages: pagesOf([]) };
}

/** The trail with its next records. */
export function longerTrail(
  trail: Trail,
  records: readonly TrailRecord[],
  broken: string | undefined,
): Trail {
  const decided = (as: TrailRecord['decision']): number =>
    records.filter(({ decision }) => decision === as).length;
  return {
    incident: trail.incident,
    entries: trail.entries + records.length,
    decisions: trail.decisions + decided('allowed'),
    refusals: trail.refusals + decided('refused'),
    calls: trail.calls + records.flatMap(({ calls }) => calls).length,
    broken,
    pages: pagesOf(records.flatMap(recordBlocks), trail.pages),
  };
}

/** The audit trail of an incident, for one person. */
export function trailView(trail: Trail, { incident, page: wanted, channel }: TrailMemo): types.ModalView {
  const { pages } = trail;
  // After the last page comes the first page.
  const page = wanted > pages.length ? 1 : wanted;
  return {
    type: 'modal',
    callback_id: trailId,
    private_metadata: JSON.stringify({ incident, page, channel } satisfies TrailMemo),
    title: plainText('Audit trail'),
    ...turnPage(page, pages.length),
    close: plainText('Close'),
    blocks: fitView([
      small(trailSummary(trail)),
      ...(pages[page - 1] ?? []),
      ...(pages.length === 1 ? [] : [small(`Page ${page} of ${pages.length}`)]),
    ]),
  };
}

/** How much there is, whether it is whole, and how to keep it. */
export function trailSummary({ incident, entries, decisions, refusals, calls, broken }: Trail): string {
  const id = nameInMarkup(incident);
  return [
    `*${id}*: ${counted(entries, 'entry', 'entries')}, ${counted(decisions, 'decision')} by people, ${counted(refusals, 'refusal')}, ${counted(calls, 'AWS request')}.`,
    broken === undefined
      ? `${signs.done} The hash chain is whole.`
      : `${signs.warning} The hash chain is broken: the journal was changed in Redis. Compare it with a Redis backup.`,
    `To keep it: \`relight audit export --incident ${id} --format markdown --out trail.md\``,
  ].join('\n');
}

function recordBlocks({ entry, time, who, what, hash, calls, request }: TrailRecord): readonly Block[] {
  const facts = [
    ...(who === undefined ? [] : [`by ${mention(who)}`]),
    `entry ${entry.seq}, hash ${code(entry.hash)}`,
    ...(hash === undefined ? [] : [`request SHA-256 ${code(hash)}`]),
    ...calls.map(callInWords),
  ];
  return [
    quote(`${time.slice(0, 19).replace('T', ' ')}  ${line(what, 1_000)}`),
    small(facts.join(' · ')),
    // The journal stores requests as JSON.
    ...(request === undefined ? [] : jsonBlocks(request as Json)),
  ];
}

function callInWords({ service, operation, requestId, error }: AwsCallMade): string {
  const id = requestId === undefined ? 'no response' : `request ID ${code(requestId)}`;
  const failed = error === undefined ? '' : `, ${nameInMarkup(error)}`;
  return `AWS ${nameInMarkup(service)} ${nameInMarkup(operation)}: ${id}${failed}`;
}

function code(text: string): string {
  return `\`${text.replace(/[^\w.:/+=-]/g, '').slice(0, 128)}\``;
}
