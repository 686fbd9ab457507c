import type { Layout } from '../../../incidents/request/proposal-layout.ts';
import type { Difference } from '../../../ports/step-output.ts';
import { type Block, quote, say, small, smallQuote } from '../blocks.ts';
import { isSafeInCode, line, visible } from '../untrusted.ts';
import { counted } from '../words.ts';

/** Below Slack's 3,000 characters per section, so that no code is cut before its end. */
const perBlock = 2_600;

/** `before`: nothing has been sent yet; `after`: it has. */
type Phase = 'before' | 'after';

/**
 * The new values against the current ones, one field below the other, because names and S3 URIs are too long for columns
 * on a phone. Fields that change for the same reason are grouped above it.
 */
export function differences(
  { shown, hidden, ownTags }: Layout,
  rest: string,
  phase: Phase,
): readonly Block[] {
  if (shown.length + hidden + ownTags.length === 0) return [];
  const fields = counted(shown.length + hidden, 'field');
  return [
    say(`*${phase === 'before' ? 'Changes' : 'Changed'}* (${fields})`),
    ...groups(shown).flatMap(groupBlocks),
    ...(hidden > 0 ? [small(`*… and ${counted(hidden, 'more field')} ${rest}*`)] : []),
    ...(ownTags.length === 0 ? [] : [smallQuote(tagLine(ownTags))]),
  ];
}

/** Relight's own tags say nothing about the training, so they share one line. */
function tagLine(tags: readonly Difference[]): string {
  const names = (list: readonly Difference[]): string =>
    list.map(({ field }) => line(field.slice('Tags.'.length), 60)).join(', ');
  const set = tags.filter(({ after }) => after !== undefined);
  const gone = tags.filter(({ after }) => after === undefined);
  return [
    ...(set.length === 0 ? [] : [`${counted(set.length, 'tag')} set by Relight: ${names(set)}`]),
    ...(gone.length === 0
      ? []
      : [`${counted(gone.length, 'tag')} from an earlier recovery, not copied: ${names(gone)}`]),
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
  // One value that could be read as markup turns its whole group into plain text.
  const asCode = list.every(({ field, before = '', after = '' }) =>
    [field, before, after].every(isSafeInCode),
  );
  const text = list.map((one) => entryText(one, asCode ? '`' : '')).join('\n');
  return [asCode ? say(text) : quote(text), ...(why === undefined ? [] : [smallQuote(line(why, 300))])];
}

function entryText({ field, before, after }: Difference, quoteMark: string): string {
  const show = (text: string): string => (text === '' ? '(empty)' : quoteMark + visible(text) + quoteMark);
  const name = quoteMark + visible(field) + quoteMark;
  // A short new value fits beside its name, so that many of them can be read at a glance.
  if (before === undefined) {
    const value = show(after ?? '');
    return `${name} is new:${name.length + value.length < 60 ? ' ' : '\n'}→ ${value}`;
  }
  return `${name}\n${show(before)}\n→ ${after === undefined ? 'removed' : show(after)}`;
}
