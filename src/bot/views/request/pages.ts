import type { types } from '@slack/bolt';
import { type Block, plainText } from '../blocks.ts';
import { sizeOf } from '../render-limits.ts';

/** Below the limits of a view, 12,000 characters and 100 blocks: the first lines and the buttons need some. */
const perPage = { size: 10_000, blocks: 80 };

/** The blocks in pages that fit into one view each. */
export function pagesOf(blocks: readonly Block[]): readonly (readonly Block[])[] {
  const pages: Block[][] = [[]];
  let taken = 0;
  for (const block of blocks) {
    const last = pages.at(-1) ?? [];
    const size = sizeOf([block]);
    const fits = taken + size <= perPage.size && last.length < perPage.blocks;
    if (fits || last.length === 0) last.push(block);
    else pages.push([block]);
    taken = (fits ? taken : 0) + size;
  }
  return pages;
}

/** The view's submit button turns the page, which needs no further call to Slack. */
export function turnPage(page: number, of: number): Pick<types.ModalView, 'submit'> {
  return of === 1 ? {} : { submit: plainText(page < of ? 'Next page' : 'First page') };
}
