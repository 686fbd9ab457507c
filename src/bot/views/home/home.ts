import type { types } from '@slack/bolt';
import { fitView } from '../render-limits.ts';
import { awaitingSection } from './awaiting.ts';
import type { HomeContent, HomeSection } from './home-section.ts';
import { drillsSection } from './last-drills-list.ts';
import { mineSection } from './mine.ts';
import { figuresSection } from './month-figures.ts';
import { openList } from './open-list.ts';
import { readinessSection } from './readiness-in-short.ts';

/** In reading order: first what this person must act on. */
const sections: readonly HomeSection[] = [
  awaitingSection,
  mineSection,
  openList,
  figuresSection,
  readinessSection,
  drillsSection,
];

/** The Home tab has no buttons: people act in the thread, where everyone sees it. */
export function homeView(home: HomeContent, now: number): types.HomeView {
  return { type: 'home', blocks: fitView(sections.flatMap((section) => section(home, now))) };
}
