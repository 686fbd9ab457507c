/**
 * Job names, log lines, S3 keys and alarm text are untrusted, and terminals interpret control sequences: they can move
 * the cursor, rewrite earlier lines, set the clipboard or reverse text.
 */

/** CSI, strings such as OSC with their terminator, and two-character escapes. No ambiguity, so matching is linear. */
const sequences =
  // oxlint-disable-next-line no-control-regex -- control characters are what this removes
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0080-\u009f]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]/g;

/** Control, format (bidi overrides, zero-width) and unpaired surrogate characters, and Unicode's line separators. */
export const invisible = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** One line of text without anything that a terminal would interpret. */
export function plainLine(text: string): string {
  return text
    .replace(sequences, '')
    .replace(/[\t\r\n\u2028\u2029]+/g, ' ')
    .replace(invisible, '');
}

/** Like plainLine, for multiline text. */
export function plainText(text: string): string {
  return text.split('\n').map(plainLine).join('\n');
}

/** The same JSON value, with every character that a terminal could interpret escaped as \uXXXX. */
export function plainJson(json: string): string {
  return json.replace(invisible, (found) =>
    // Raw newlines occur only between fields: JSON.stringify escapes those inside strings.
    found === '\n' || found === '\t' ? found : escaped(found),
  );
}

/** The text as JSON escapes, which parse to the same text. */
export function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, index) => {
    const unit = text.charCodeAt(index).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');
}
