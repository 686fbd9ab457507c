import { type Figures, type FiguresReport, phases, usageKinds } from './figures.ts';

/** One value of a metric with its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The metrics of the figures, with the names of their labels. Names never change. */
export const figureMetrics = {
  relight_incidents: { help: 'Incidents of the month', labels: ['month', 'tier'] },
  relight_incidents_rto: { help: 'Incidents that met or missed their RTO', labels: ['month', 'tier', 'rto'] },
  relight_incident_minutes: {
    help: 'Minutes to announce, take, decide and recover',
    labels: ['month', 'tier', 'phase', 'quantile'],
  },
  relight_gpu_hours: { help: 'GPU-hours lost, spent and saved', labels: ['month', 'tier', 'kind'] },
  relight_usd: {
    help: 'USD lost, spent and saved, where the price is known',
    labels: ['month', 'tier', 'kind'],
  },
  relight_playbook_runs: { help: 'Playbook runs by outcome', labels: ['month', 'playbook', 'outcome'] },
  relight_playbook_steps: {
    help: 'Attempts of playbook steps by outcome',
    labels: ['month', 'playbook', 'step', 'outcome'],
  },
} as const;
export type FigureMetric = keyof typeof figureMetrics;

/** The values of one metric for the month of the report. */
export function samplesOf(
  metric: FigureMetric,
  { month = '', tiers, playbooks }: FiguresReport,
): readonly Sample[] {
  const rows: readonly Sample[] =
    metric === 'relight_playbook_runs' || metric === 'relight_playbook_steps'
      ? playbooks.flatMap((one) => playbookSamples(metric, one))
      : tiers.flatMap(({ tier, ...figures }) => withLabels({ tier }, tierSamples(metric, figures)));
  return withLabels({ month }, rows);
}

function withLabels(more: Sample['labels'], rows: readonly Sample[]): readonly Sample[] {
  return rows.map(({ labels, value }) => ({ labels: { ...more, ...labels }, value }));
}

function tierSamples(
  metric: Exclude<FigureMetric, 'relight_playbook_runs' | 'relight_playbook_steps'>,
  { incidents, rto, minutes, usage }: Figures,
): readonly Sample[] {
  switch (metric) {
    case 'relight_incidents':
      return [{ labels: {}, value: incidents }];
    case 'relight_incidents_rto':
      return [
        { labels: { rto: 'met' }, value: rto.met },
        { labels: { rto: 'missed' }, value: rto.missed },
      ];
    case 'relight_incident_minutes':
      return phases.flatMap((phase) => {
        const spread = minutes[phase];
        if (spread === undefined) return [];
        return [
          { labels: { phase, quantile: '0.5' }, value: spread.median },
          { labels: { phase, quantile: '0.9' }, value: spread.p90 },
        ];
      });
    default:
      return usageKinds.flatMap((kind) => {
        const sum = usage[kind];
        // An unknown price is not free, so it has no value.
        if (sum === undefined || (metric === 'relight_usd' && sum.priced === 0)) return [];
        return [{ labels: { kind }, value: metric === 'relight_usd' ? sum.usd : sum.gpuHours }];
      });
  }
}

function playbookSamples(
  metric: 'relight_playbook_runs' | 'relight_playbook_steps',
  { playbook, recovered, failed, handedOver, steps }: FiguresReport['playbooks'][number],
): readonly Sample[] {
  if (metric === 'relight_playbook_steps')
    return steps.flatMap(({ step, done, failed: broke }) => [
      { labels: { playbook, step, outcome: 'done' }, value: done },
      { labels: { playbook, step, outcome: 'failed' }, value: broke },
    ]);
  return [
    { labels: { playbook, outcome: 'recovered' }, value: recovered },
    { labels: { playbook, outcome: 'failed' }, value: failed },
    { labels: { playbook, outcome: 'handed-over' }, value: handedOver },
  ];
}
