import type { types } from '@slack/bolt';
import type { FiguresReport } from '../../incidents/figures/figures.ts';
import { figuresInWords } from '../../incidents/figures/figures-in-words.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import { type Block, plainText, quote, small } from './blocks.ts';
import { fitMessage, fitView, type Rendered } from './render-limits.ts';
import { escape, line } from './untrusted.ts';

/** The figures in Slack: one block per heading, so that none is cut. */
export function reportMessage(report: FiguresReport, catalog: Pick<Catalog, 'get'>): Rendered {
  const lines = figuresInWords(report, catalog);
  return fitMessage({ blocks: reportBlocks(lines), text: lines.map((one) => escape(line(one))).join('\n') });
}

export function reportView(report: FiguresReport, catalog: Pick<Catalog, 'get'>): types.ModalView {
  return {
    type: 'modal',
    title: plainText('Figures'),
    close: plainText('Close'),
    blocks: fitView(reportBlocks(figuresInWords(report, catalog))),
  };
}

const leftOut = 'Without incidents started by mistake, drills and duplicates. Up to a minute old.';

/** Lines without an indentation begin a part. */
function reportBlocks(lines: readonly string[]): readonly Block[] {
  const parts: string[][] = [];
  for (const one of lines) {
    const text = line(one, 300);
    if (!one.startsWith(' ')) parts.push([text]);
    else parts.at(-1)?.push(`${one.startsWith('    ') ? '      ◦' : '  •'} ${text}`);
  }
  return [...parts.map((part) => quote(part.join('\n'))), small(leftOut)];
}
