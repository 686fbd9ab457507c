import type { types } from '@slack/bolt';
import { type Block, plainText } from '../blocks.ts';
import { sizeOf } from '../render-limits.ts';

/** Below the limits of a view, 12,000 characters and 100 blocks: the first lines and the buttons need some. */
const perPage = { size: 10_000, blocks: 80 };

type Pages = readonly (readonly Block[])[];

/** The blocks in pages that fit into one view each. The last of the pages `before` is filled first. */
export function pagesOf(blocks: readonly Block[], before: Pages = [[]]): Pages {
  const pages = before.map((page) => [...page]);
  let taken = sizeOf(pages.at(-1) ?? []);
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
