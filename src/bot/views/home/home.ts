import type { types } from '@slack/bolt';
import type { FiguresReport } from '../../../incidents/figures/figures.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import type { Block } from '../blocks.ts';
import { fitView } from '../render-limits.ts';
import { awaitingSection } from './awaiting.ts';
import { mineSection } from './mine.ts';
import { figuresSection } from './month-figures.ts';
import { type OpenIncidents, openList } from './open-list.ts';

/** Everything that the Home tab of one person shows. */
export interface HomeContent extends OpenIncidents {
  readonly user: string;
  /** Open incidents with a request that this person may approve and has not approved. */
  readonly awaiting: readonly Incident[];
  /** The figures of the present month; undefined while they are being read. */
  readonly figures: FiguresReport | undefined;
}

/** A part of the Home tab; empty if it has nothing to say. */
export type HomeSection = (home: HomeContent, now: number) => readonly Block[];

/** In reading order: first what this person must act on. */
const sections: readonly HomeSection[] = [awaitingSection, mineSection, openList, figuresSection];

/** The Home tab has no buttons: people act in the thread, where everyone sees it. */
export function homeView(home: HomeContent, now: number): types.HomeView {
  return { type: 'home', blocks: fitView(sections.flatMap((section) => section(home, now))) };
}
