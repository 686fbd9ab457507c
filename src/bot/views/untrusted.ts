import { redactText } from '../../sanitize/redaction.ts';

/**
 * Alarm names, failure reasons, S3 keys and log lines are written by whoever can name a job. They reach Slack as plain
 * text, or as code where they hold nothing that could be markup. https://docs.slack.dev/messaging/formatting-message-text#escaping
 */

/** Control and format characters turn text around or hide parts of it; a lone half of a character breaks the request. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** What stands further on is never shown. */
const longestRead = 20_000;

/** One line, without secrets and without anything that cannot be seen. Redacted first: half a secret is not recognized. */
export function line(text: string, most = 300): string {
  return cut(
    redactText(text.slice(0, longestRead))
      .replace(/[\s\u2028\u2029]+/g, ' ')
      .replace(unseen, '')
      .trim(),
    most,
  );
}

export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // Never ends in the first half of a character that takes two.
  return `${text.slice(0, Math.max(0, most - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** For markup: `&`, `<` and `>` are all that Slack lets one escape, so this suits text of ours and code blocks only. */
export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Markup of any kind, in code too: not every client leaves code alone. */
const lively = /[*~`<>&]|https?:|:[\w+-]+:/i;

/** Whether the text may stand in code; whatever may not has to stand in plain text. */
export function isCalm(text: string): boolean {
  return !lively.test(text) && text.search(unseen) === -1;
}

/** What cannot be seen is written out: for requests, where people compare values. */
export function visible(text: string): string {
  return text.replace(unseen, (one) => `\\u{${one.codePointAt(0)?.toString(16) ?? ''}}`);
}

/** The same for a line of JSON, in JSON's own way: what is read back from it is the same value. */
export function visibleInJson(text: string): string {
  return text.replace(unseen, (one) =>
    one
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Never ends within `&amp;` and the like. */
export function cutEscaped(text: string, most: number): string {
  return text.length <= most
    ? text
    : `${cut(text, most)
        .slice(0, -1)
        .replace(/&[a-z]{0,3}$/, '')}…`;
}

/** The id comes from a payload that Slack signed; of anything that does not look like one only the letters are shown. */
export function mention(user: string): string {
  return /^[UW][A-Z0-9]{2,30}$/.test(user)
    ? `<@${user}>`
    : cut(user.replace(/[^a-zA-Z0-9-]/g, ''), 40) || 'somebody';
}
