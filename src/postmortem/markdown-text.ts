/**
 * Text that others wrote, as Markdown that shows it and does nothing: no markup, no link, no image, no HTML, no new
 * line that would start a block or end a table row. https://github.github.com/gfm/
 */
export function plain(text: string, most = 300): string {
  const line = text.replaceAll(/[\s\p{Cc}\p{Cf}\p{Cs}]+/gu, ' ').trim();
  let left = most;
  const parts = line.split(address).map((part, index) => {
    if (left <= 0) return '';
    // `split` puts what the expression captured at every second place.
    const isAddress = index % 2 === 1;
    const cut = isAddress || part.length <= left ? part : `${wholeCharacters(part.slice(0, left - 1))}…`;
    left -= part.length;
    return isAddress ? `\`${cut}\`` : inert(cut, index === 0);
  });
  return left < 0 && parts.at(-1) === '' ? `${parts.join('')}…` : parts.join('');
}

/**
 * An address is shown as code: it can be copied as it is, and its `_` and `*` are no emphasis. What could end the code
 * or the cell of a table is no part of it, nor is what ends a sentence.
 */
const address = /(s3:\/\/[^\s`|]{0,1200}[^\s`|.,;:!?'"”’)\]}>…])/;

function inert(text: string, atStart: boolean): string {
  const shown = withoutLinks(text.replaceAll(/[\\`*_{}[\]<>|~&#]/g, String.raw`\$&`));
  if (!atStart) return shown;
  // At the start of a line these make a list, a heading or a rule.
  return shown.replace(/^[-+=]/, String.raw`\$&`).replace(/^(\d+)([.)])/, String.raw`$1\$2`);
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
