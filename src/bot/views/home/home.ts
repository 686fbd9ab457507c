import type { types } from '@slack/bolt';
import { fitView } from '../render-limits.ts';
import { awaitingSection } from './awaiting.ts';
import type { HomeContent, HomeSection } from './home-section.ts';
import { mineSection } from './mine.ts';
import { figuresSection } from './month-figures.ts';
import { openList } from './open-list.ts';

/** In reading order: first what this person must act on. */
const sections: readonly HomeSection[] = [awaitingSection, mineSection, openList, figuresSection];

/** The Home tab has no buttons: people act in the thread, where everyone sees it. */
export function homeView(home: HomeContent, now: number): types.HomeView {
  return { type: 'home', blocks: fitView(sections.flatMap((section) => section(home, now))) };
}
