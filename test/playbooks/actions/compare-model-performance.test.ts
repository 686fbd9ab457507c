import { beforeEach, describe, expect, it } from 'vitest';
import { asVersion } from '../../../src/models/version.ts';
import { compareModelPerformance } from '../../../src/playbooks/actions/compare-model-performance.ts';
import { ended, minute } from '../../support/a-training-run.ts';
import { aVersion } from '../../support/fake-models.ts';
import { type FakePorts, fakePorts } from '../../support/fake-ports.ts';

let ports: FakePorts;

beforeEach(() => {
  ports = fakePorts();
});

describe('the comparison of the live version with the fallback version', () => {
  const failedAt = ended;
  const input = {
    endpoint: 'gold-prod',
    variant: 'AllTraffic',
    failedAt,
    served: asVersion(aVersion(4, { evaluation: { mean_reward: 0.79 } })),
    fallback: asVersion(aVersion(3, { evaluation: { mean_reward: 0.78 } })),
    alarms: ['gold-prod-reward'],
  };
  const watches = {
    namespace: 'SRL/Serving',
    metric: 'ModelPerformance',
    dimensions: { EndpointName: 'gold-prod' },
    statistic: 'Average',
    periodSeconds: 60,
    ringsWhen: 'below',
    threshold: 0.6,
  } as const;
  const compared = async (): Promise<{ headline: string; text: string }> => {
    const report = compareModelPerformance.report(
      compareModelPerformance.output.parse(await compareModelPerformance.run(input, ports)),
    );
    return { headline: report.headline, text: JSON.stringify(report) };
  };

  it('compares the metric in alarm with its earlier values and its threshold, and grades it and the evaluations', async () => {
    ports.models.alarms = [
      { name: 'gold-prod-latency', state: 'OK' },
      { name: 'gold-prod-reward', state: 'ALARM', watches },
    ];
    ports.metrics.points.set('ModelPerformance gold-prod', [
      { at: failedAt - 30 * minute, value: 0.78 },
      { at: failedAt, value: 0.41 },
    ]);
    const { headline, text } = await compared();

    expect(headline).toBe('srl-rlvr-gold v4 is worse than before the alarm: ModelPerformance 0.78 → 0.41');
    expect(text).toContain('ModelPerformance (in alarm)');
    expect(text).toContain('0.78 → 0.41; alarms below 0.6: worse');
    expect(text).toContain(
      'Evaluation of srl-rlvr-gold v3 compared with srl-rlvr-gold v4: worse (mean_reward).',
    );
  });

  it('gives the reason if nothing was measured on both sides', async () => {
    ports.models.alarms = [{ name: 'gold-prod-reward', state: 'ALARM', watches }];
    expect((await compared()).text).toContain('not comparable, it is known on one side only');
  });
});
