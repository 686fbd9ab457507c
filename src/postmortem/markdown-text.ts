/**
 * Escapes untrusted text for Markdown: no markup, links, images, HTML, or line breaks that would start a block or end a
 * table row. https://github.github.com/gfm/
 */
export function plain(text: string, maxLength = 300): string {
  const line = text.replaceAll(/[\s\p{Cc}\p{Cf}\p{Cs}]+/gu, ' ').trim();
  let left = maxLength;
  const parts = line.split(address).map((part, index) => {
    if (left <= 0) return '';
    // `split` puts the captured addresses at the odd indexes.
    const isAddress = index % 2 === 1;
    const cut = isAddress || part.length <= left ? part : `${wholeCharacters(part.slice(0, left - 1))}…`;
    left -= part.length;
    return isAddress ? `\`${cut}\`` : escaped(cut, index === 0);
  });
  return left < 0 && parts.at(-1) === '' ? `${parts.join('')}…` : parts.join('');
}

/**
 * S3 addresses are shown as code, so that they can be copied and their `_` and `*` are not emphasis. Excludes characters
 * that would end the code span or the table cell, and trailing punctuation.
 */
const address = /(s3:\/\/[^\s`|]{0,1200}[^\s`|.,;:!?'"”’)\]}>…])/;

function escaped(text: string, atStart: boolean): string {
  const shown = withoutLinks(text.replaceAll(/[\\`*_{}[\]<>|~&#]/g, String.raw`\$&`));
  if (!atStart) return shown;
  // At the start of a line these would make a list, a heading or a rule.
  return shown.replace(/^[-+=]/, String.raw`\$&`).replace(/^(\d+)([.)])/, String.raw`$1\$2`);
}

/** Half of a surrogate pair cannot be encoded in a file. */
function wholeCharacters(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, '');
}

/** Breaks up URLs and email addresses, which GitHub links automatically. */
function withoutLinks(text: string): string {
  return text.replaceAll(/:(?=\/\/)|@|(?<=www)\./gi, String.raw`\$&`);
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** One paragraph per typed line. */
export function paragraphs(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => plain(line, 3_000));
}
