import { minutes } from '../../in-words.ts';
import { type ReadinessReport, readinessOf } from '../../readiness/readiness.ts';
import { readinessGroups, readinessSummary } from '../../readiness/readiness-lines.ts';
import { commandName } from '../ids.ts';
import { type Block, header, quote, say, small } from './blocks.ts';
import { line } from './untrusted.ts';
import { signs } from './words.ts';

/** Findings of each check; the command line lists all. */
const maxFindings = 4;

/** The readiness with the first findings of each check. Their texts hold names from AWS, so they are no markup. */
export function readinessBlocks(report: ReadinessReport, now: number): readonly Block[] {
  const sign = readinessOf(report) === 'ready' ? signs.done : signs.warning;
  const groups = readinessGroups(report, maxFindings);
  return [
    header(`${sign} Readiness: ${readinessSummary(report)}`),
    ...groups.flatMap(({ headline, lines }) => [
      say(`*${headline}*`),
      ...(lines.length === 0 ? [] : [quote(lines.map((one) => line(one, 600)).join('\n'))]),
    ]),
    small(`${measured(report, now)} \`relight readiness\` on the command line lists everything.`),
  ];
}

function measured({ measuredAt }: ReadinessReport, now: number): string {
  if (measuredAt === 0) return 'AWS has not been measured yet.';
  const ms = now - measuredAt;
  const age = ms < 60_000 ? 'less than a minute' : minutes(ms / 60_000);
  return `AWS was measured ${age} ago; \`${commandName} readiness again\` measures it now.`;
}
