import { autopilot } from '../../incidents/model/approvals.ts';
import { escaped, invisible } from '../../sanitize/plain-text.ts';
import { redactText } from '../../sanitize/redaction.ts';

/**
 * Alarm names, failure reasons, S3 keys and log lines are untrusted: anyone who can name a job writes them. They go to
 * Slack as plain text, or as code if they contain nothing that could be markup. https://docs.slack.dev/messaging/formatting-message-text#escaping
 */

/** Text after this is never shown. */
const maxRead = 20_000;

/** One line without secrets or invisible characters. Redacts before cutting: half a secret would not be recognized. */
export function line(text: string, max = 300): string {
  return cut(
    redactText(text.slice(0, maxRead))
      .replace(/[\s\u2028\u2029]+/g, ' ')
      .replace(invisible, '')
      .trim(),
    max,
  );
}

export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  // Never ends with the first half of a surrogate pair.
  return `${text.slice(0, Math.max(0, max - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** For markup. Slack only allows escaping `&`, `<` and `>`, so this is for trusted text and code blocks. */
export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Any markup, even within code: not every client leaves code alone. */
const markup = /[*~`<>&]|https?:|:[\w+-]+:/i;

/** Whether the text is safe in code; otherwise it must be plain text. */
export function isSafeInCode(text: string): boolean {
  return !markup.test(text) && text.search(invisible) === -1;
}

/** Writes out invisible characters, for requests, where people compare values. */
export function visible(text: string): string {
  return text.replace(invisible, (one) => `\\u{${one.codePointAt(0)?.toString(16) ?? ''}}`);
}

/** Like `visible`, as JSON escapes: the line still parses to the same value. */
export function visibleInJson(text: string): string {
  return text.replace(invisible, escaped);
}

/** Never ends within an escape such as `&amp;`. */
export function cutEscaped(text: string, max: number): string {
  return text.length <= max
    ? text
    : `${cut(text, max)
        .slice(0, -1)
        .replace(/&[a-z]{0,3}$/, '')}…`;
}

/** The id comes from a payload that Slack signed. If it does not look like an id, only its letters are shown. */
export function mention(user: string): string {
  if (user === autopilot) return 'Autopilot';
  return /^[UW][A-Z0-9]{2,30}$/.test(user)
    ? `<@${user}>`
    : cut(user.replace(/[^a-zA-Z0-9-]/g, ''), 40) || 'someone';
}

/** The name of a job or the id of an incident, for markup: anything but letters, digits and hyphens is left out. */
export function nameInMarkup(name: string): string {
  return cut(name.replace(/[^a-zA-Z0-9-]/g, ''), 63) || '…';
}

/** The same name with a link to its thread, if the address is known. */
export function linkedName(name: string, link: string | undefined): string {
  return link === undefined ? nameInMarkup(name) : `<${link}|${nameInMarkup(name)}>`;
}
