import type { Layout } from '../../../incidents/request/proposal-layout.ts';
import type { Difference } from '../../../ports/step-output.ts';
import { type Block, quote, say, small, smallQuote } from '../blocks.ts';
import { isCalm, line, visible } from '../untrusted.ts';
import { counted } from '../words.ts';

/** Below Slack's 3,000 of a section, so that no code is cut before its end. */
const perBlock = 2_600;

/** `before`: nothing has been sent yet; `after`: it has. */
type Moment = 'before' | 'after';

/**
 * What would be sent, against what stands now: one field under the other, because names and S3 addresses are too long
 * for columns on a phone. Fields that changed for the same reason stand together, above the reason.
 */
export function differences(
  { shown, hidden, ownTags }: Layout,
  rest: string,
  moment: Moment,
): readonly Block[] {
  if (shown.length + hidden + ownTags.length === 0)
    return [small('Nothing changes: the request is the same as before.')];
  const fields = counted(shown.length + hidden, 'field');
  return [
    say(`*What ${moment === 'before' ? 'changes' : 'changed'}* (${fields})`),
    ...groups(shown).flatMap(groupBlocks),
    ...(hidden > 0 ? [small(`*… and ${counted(hidden, 'more field')} ${rest}*`)] : []),
    ...(ownTags.length === 0 ? [] : [smallQuote(tagLine(ownTags))]),
  ];
}

/** The tags by which Relight marks what it makes say nothing about the training. */
function tagLine(tags: readonly Difference[]): string {
  const names = (list: readonly Difference[]): string =>
    list.map(({ field }) => line(field.slice('Tags.'.length), 60)).join(', ');
  const set = tags.filter(({ after }) => after !== undefined);
  const gone = tags.filter(({ after }) => after === undefined);
  return [
    ...(set.length === 0 ? [] : [`${counted(set.length, 'tag')} that Relight sets: ${names(set)}`]),
    ...(gone.length === 0
      ? []
      : [`${counted(gone.length, 'tag')} of an earlier recovery not copied: ${names(gone)}`]),
  ].join('. ');
}

interface Group {
  readonly why: string | undefined;
  readonly list: Difference[];
  size: number;
}

function groups(list: readonly Difference[]): readonly Group[] {
  const found: Group[] = [];
  for (const one of list) {
    const why = one.why ?? (one.by === 'person' ? 'chosen in the form' : undefined);
    const size = entryText(one, '`').length + 1;
    const last = found.at(-1);
    if (last !== undefined && last.why === why && last.size + size < perBlock) {
      last.list.push(one);
      last.size += size;
    } else found.push({ why, list: [one], size });
  }
  return found;
}

function groupBlocks({ why, list }: Group): readonly Block[] {
  // One value that could be taken for markup puts its whole group into plain text.
  const calm = list.every(({ field, before = '', after = '' }) => [field, before, after].every(isCalm));
  const text = list.map((one) => entryText(one, calm ? '`' : '')).join('\n');
  return [calm ? say(text) : quote(text), ...(why === undefined ? [] : [smallQuote(line(why, 300))])];
}

function entryText({ field, before, after }: Difference, mark: string): string {
  const show = (text: string): string => (text === '' ? '(empty)' : mark + visible(text) + mark);
  const name = mark + visible(field) + mark;
  // A short new value has room beside its name; of many of them a reader then sees all at once.
  if (before === undefined) {
    const value = show(after ?? '');
    return `${name} is new:${name.length + value.length < 60 ? ' ' : '\n'}→ ${value}`;
  }
  return `${name}\n${show(before)}\n→ ${after === undefined ? 'not there any more' : show(after)}`;
}
