import { header, say } from '../blocks.ts';
import { atMost } from '../words.ts';
import type { HomeSection } from './home-section.ts';
import { incidentLine } from './incident-line.ts';

const maxListed = 10;

/** The open incidents whose responder is this person. */
export const mineSection: HomeSection = ({ user, incidents, links }, now) => {
  const mine = incidents.filter(({ incident }) => incident.responder?.user === user);
  if (mine.length === 0) return [];
  const lines = mine.map(({ incident }) => incidentLine(incident, links, now));
  return [header('Yours'), ...atMost(maxListed, lines, (more) => `… and ${more} more.`).map(say)];
};
