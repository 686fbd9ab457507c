import { counted, minutes } from '../../in-words.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import { titleOf } from '../../playbooks/define/steps.ts';
import {
  type Figures,
  type FiguresReport,
  type PlaybookFigures,
  phases,
  type Spread,
  usageKinds,
} from './figures.ts';

const phaseWords = {
  announce: 'From the failure to the thread',
  take: 'Until a person took it',
  decide: 'Waiting for approvals',
  recover: 'From the failure to the recovery',
} as const;
const usageWords = { lost: 'lost', spent: 'spent on recoveries', saved: 'saved by checkpoints' } as const;

/** One line per figure; a figure that nothing is known about is left out. */
export function figuresInWords(
  { month, total, tiers, months, playbooks }: FiguresReport,
  catalog: Pick<Catalog, 'get'>,
): readonly string[] {
  if (total.incidents === 0) return [`No incidents${month === undefined ? '' : ` in ${month}`}.`];
  return [
    `${month ?? 'All months'}: ${groupInWords(total)}`,
    ...phases.flatMap((phase) => {
      const spread = total.minutes[phase];
      return spread === undefined ? [] : [`  ${phaseWords[phase]}: ${spreadInWords(spread)}`];
    }),
    ...usageInWords(total),
    'By tier',
    ...tiers.map(({ tier, ...group }) => `  ${tier}: ${groupInWords(group)}`),
    ...(month === undefined
      ? ['By month', ...months.map((one) => `  ${one.month}: ${groupInWords(one)}`)]
      : []),
    'By playbook',
    ...playbooks.flatMap((one) => playbookLines(one, catalog)),
  ];
}

/** A playbook or step that this version no longer has is named by its key. */
function playbookLines(
  { playbook: id, recovered, failed, handedOver, steps }: PlaybookFigures,
  { get }: Pick<Catalog, 'get'>,
): readonly string[] {
  const playbook = get(id);
  const asked = playbook?.stepsIn({ number: 1, pinned: playbook.stepsWhenAsked }) ?? [];
  const titles = new Map(asked.map((step) => [step.key, titleOf(step)]));
  const ended = [
    `${recovered} recovered, ${failed} not recovered`,
    ...(handedOver === 0 ? [] : [`${handedOver} handed over to another playbook`]),
  ];
  const runs = recovered + failed + handedOver === 0 ? 'none has ended yet' : ended.join(', ');
  return [
    `  ${playbook?.title ?? id}: ${runs}`,
    ...steps.map(
      ({ step, done, failed: broke }) => `    ${titles.get(step) ?? step}: ${done} done, ${broke} failed`,
    ),
  ];
}

/** One line: incidents, RTO, recovery, and the money as far as its price is known. */
export function figuresInShort({ month, total }: FiguresReport): string {
  const name = month ?? 'All months';
  if (total.incidents === 0) return `${name}: no incidents`;
  const money = usageKinds.flatMap((kind) => {
    const sum = total.usage[kind];
    return sum === undefined || sum.priced === 0 ? [] : [`USD ${sum.usd.toFixed(0)} ${usageWords[kind]}`];
  });
  return [`${name}: ${groupInWords(total)}`, ...money].join(', ');
}

function groupInWords({ incidents, rto, minutes: took }: Figures): string {
  const ended = rto.met + rto.missed;
  const met = ended === 0 ? 'no RTO decided yet' : `RTO met in ${rto.met} of ${ended}`;
  const recover = took.recover === undefined ? '' : `, recovery ${spreadInWords(took.recover)}`;
  return `${counted(incidents, 'incident')}, ${met}${recover}`;
}

function spreadInWords({ median, p90 }: Spread): string {
  return `median ${minutes(median)}, p90 ${minutes(p90)}`;
}

function usageInWords({ usage }: Figures): readonly string[] {
  return usageKinds.flatMap((kind) => {
    const sum = usage[kind];
    if (sum === undefined) return [];
    const usd = sum.priced === 0 ? 'price unknown' : `USD ${sum.usd.toFixed(2)}`;
    const unknown = sum.priced > 0 && sum.priced < sum.of ? `, price known for ${sum.priced}` : '';
    return [
      `  GPU-hours ${usageWords[kind]}: ${sum.gpuHours.toFixed(1)} (${usd}; known for ${counted(sum.of, 'incident')}${unknown})`,
    ];
  });
}
