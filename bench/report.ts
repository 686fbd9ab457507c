import type { Figure } from './figures.ts';

/** The page with all figures, in Markdown. */
export function inMarkdown(
  figures: readonly Figure[],
  machine: readonly (readonly string[])[],
  command: string,
  title = 'What Relight needs to look at checkpoints and training data',
): string {
  return [
    `# ${title}`,
    '',
    `Made by \`${command}\`; how it is measured stands in \`bench/README.md\`.`,
    '',
    table(['On', ''], machine),
    '',
    table(['What', 'Figure', 'Goal', 'Met'], figures.map(rowOf)),
    '',
  ].join('\n');
}

function rowOf({ what, value, goal = '', met }: Figure): readonly string[] {
  if (met === undefined) return [what, value, goal, ''];
  return [what, value, goal, met ? 'yes' : '**no**'];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
