/**
 * Text that others wrote, as Markdown that shows it and does nothing: no markup, no link, no image, no HTML, no new
 * line that would start a block or end a table row. https://github.github.com/gfm/
 */
export function plain(text: string, most = 300): string {
  const line = text.replaceAll(/[\s\p{Cc}\p{Cf}\p{Cs}]+/gu, ' ').trim();
  const short = line.length <= most ? line : `${wholeCharacters(line.slice(0, most - 1))}…`;
  const inert = withoutLinks(short.replaceAll(/[\\`*_{}[\]<>|~&#]/g, String.raw`\$&`));
  // At the start of a line these make a list, a heading or a rule.
  return inert.replace(/^[-+=]/, String.raw`\$&`).replace(/^(\d+)([.)])/, String.raw`$1\$2`);
}

/** A cut between the halves of a surrogate pair leaves a character that no file can hold. */
function wholeCharacters(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, '');
}

/** What looks like an address becomes a link by itself. */
function withoutLinks(text: string): string {
  return text.replaceAll(/:(?=\/\/)|@|(?<=www)\./gi, String.raw`\$&`);
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** Each in its own paragraph, as they were typed. */
export function paragraphs(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => plain(line, 3_000));
}
