import type { Difference } from '../../playbooks/outcome.ts';
import { redactSides } from '../../playbooks/secrets/redaction.ts';
import { type Block, quote, say, small, smallQuote } from './blocks.ts';
import { cut, isCalm, line, visible } from './untrusted.ts';
import { counted } from './words.ts';

/** Enough for any launch of ours; the rest is in the whole request. */
const mostShown = 16;
/** Below Slack's 3,000 of a section, so that no code is cut before its end. */
const perBlock = 2_600;

/**
 * What would be sent, against what stands now: one field under the other, because names and S3 addresses are too long
 * for columns on a phone. Fields that changed for the same reason stand together, above the reason.
 */
export function differences(list: readonly Difference[]): readonly Block[] {
  if (list.length === 0) return [small('Nothing changes: the request is the same as before.')];
  const hidden = list.length - mostShown;
  return [
    say(`*What changes* (${counted(list.length, 'field')})`),
    ...groups(list.slice(0, mostShown)).flatMap(({ why, calm, entries }) => [
      calm ? say(entries.join('\n')) : quote(entries.join('\n')),
      ...(why === undefined ? [] : [smallQuote(line(why, 300))]),
    ]),
    ...(hidden > 0 ? [small(`… and ${counted(hidden, 'more field')}: press *See the request*.`)] : []),
  ];
}

interface Group {
  readonly why: string | undefined;
  /** Nothing in it could be taken for markup, so it may stand in code. */
  readonly calm: boolean;
  readonly entries: string[];
}

function groups(list: readonly Difference[]): readonly Group[] {
  const found: Group[] = [];
  for (const { why, ...raw } of list) {
    // A journal of an earlier version holds the values themselves.
    const one = { ...raw, ...redactSides(raw.field, raw) };
    const calm = [one.field, one.before ?? '', one.after ?? ''].every(isCalm);
    const entry = entryText(one, calm ? '`' : '');
    const last = found.at(-1);
    const fits = last !== undefined && last.entries.join('\n').length + entry.length < perBlock;
    if (fits && last.why === why && last.calm === calm) last.entries.push(entry);
    else found.push({ why, calm, entries: [entry] });
  }
  return found;
}

function entryText({ field, before, after }: Difference, mark: string): string {
  const show = (text: string): string => (text === '' ? '(empty)' : mark + cut(visible(text), 300) + mark);
  const name = mark + cut(visible(field), 150) + mark;
  if (before === undefined) return `${name} is new:\n→ ${show(after ?? '')}`;
  return `${name}\n${show(before)}\n→ ${after === undefined ? 'not there any more' : show(after)}`;
}
