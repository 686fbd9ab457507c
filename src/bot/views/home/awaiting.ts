import { header, say } from '../blocks.ts';
import { atMost, signs } from '../words.ts';
import type { HomeSection } from './home-section.ts';
import { incidentLine } from './incident-line.ts';

const maxListed = 10;

/** The requests that wait for this person. */
export const awaitingSection: HomeSection = ({ awaiting, links }, now) => {
  if (awaiting.length === 0) return [];
  const lines = awaiting.map((incident) => incidentLine(incident, links, now));
  return [
    header(`${signs.yours} Waits for your approval`),
    ...atMost(maxListed, lines, (more) => `… and ${more} more.`).map(say),
  ];
};
