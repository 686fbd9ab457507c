import type { DrilledPlaybook } from '../../../readiness/drill-readiness.ts';
import { commandName } from '../../ids.ts';
import { quote, say, small } from '../blocks.ts';
import { line } from '../untrusted.ts';
import { atMost, counted, signs } from '../words.ts';
import type { HomeSection } from './home-section.ts';

const maxListed = 5;
const maxNamed = 3;

/** The last drill of each playbook, the overdue ones first, and the playbooks that nobody has drilled. */
export const drillsSection: HomeSection = ({ preparation }) => {
  const drills = preparation?.drills ?? [];
  if (drills.length === 0) return [];
  const due = drills.filter(({ isDue }) => isDue).length;
  const drilled = drills.flatMap(({ last, ...rest }) => (last === undefined ? [] : [{ ...rest, last }]));
  const lines = drilled
    .toSorted((one, other) => Number(other.isDue) - Number(one.isDue) || other.last.at - one.last.at)
    .map(drillLine);
  const shown = [
    ...atMost(maxListed, lines, (more) => `… and ${counted(more, 'more drilled playbook')}`),
    ...neverLine(drills.filter(({ last }) => last === undefined)),
  ];
  return [
    say(due === 0 ? '*Drills*: none overdue' : `${signs.warning} *Drills*: ${due} overdue`),
    quote(shown.map((one) => line(one, 400)).join('\n')),
    small(`\`${commandName} drill\` starts one in a simulated Region.`),
  ];
};

/** `Disk full: 2026-11-02, 85 of 100`. */
function drillLine({
  title,
  last: { at, score, ageDays },
  isDue,
}: DrilledPlaybook & { readonly last: NonNullable<DrilledPlaybook['last']> }): string {
  const overdue = isDue ? `, overdue (${ageDays} days ago)` : '';
  return `${title}: ${new Date(at).toISOString().slice(0, 10)}, ${score} of 100${overdue}`;
}

function neverLine(never: readonly DrilledPlaybook[]): readonly string[] {
  if (never.length === 0) return [];
  const names = atMost(
    maxNamed,
    never.map(({ title }) => title),
    (more) => `and ${more} more`,
  );
  return [`Never drilled: ${names.join(', ')}`];
}
