import { figuresInShort } from '../../../incidents/figures/figures-in-words.ts';
import { smallQuote } from '../blocks.ts';
import { line } from '../untrusted.ts';
import type { HomeSection } from './home-section.ts';

/** The figures of the present month in one line. */
export const figuresSection: HomeSection = ({ figures }) =>
  figures === undefined ? [] : [smallQuote(line(figuresInShort(figures), 500))];
