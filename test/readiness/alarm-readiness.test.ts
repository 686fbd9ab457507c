import { describe, expect, it } from 'vitest';
import { type AlarmRule, builtInRules } from '../../src/alarms/rules.ts';
import type { KnownAlarm } from '../../src/readiness/account.ts';
import { type AlarmSources, alarmReadiness } from '../../src/readiness/alarm-readiness.ts';
import type { ReadinessCheck } from '../../src/readiness/readiness.ts';
import { fakeRegion } from '../support/fake-region.ts';

const hangRule: AlarmRule = {
  alarm: 'Idle*',
  kind: 'hang_or_nccl',
  job: { dimension: 'Host' },
  where: 'alarms.0 in relight.yaml',
};
const rules = [hangRule, ...builtInRules];

function anAlarm(name: string, dimensions: KnownAlarm['dimensions'] = {}): KnownAlarm {
  return { name, arn: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${name}`, dimensions };
}

async function check(
  alarms: readonly KnownAlarm[],
  changes: Partial<AlarmSources> = {},
): Promise<ReadinessCheck> {
  const region = fakeRegion(new Map());
  region.served.push({ name: 'srl-rlvr-gold-prod', status: 'InService', changedAt: 0 });
  region.served.push({ name: 'of-another-team', status: 'InService', changedAt: 0 });
  return alarmReadiness({
    account: { alarms: async () => ({ found: alarms, cut: false }), alarmTags: async () => ({}) },
    region,
    rules,
    tiers: ['gold', 'silver'],
    silent: [],
    ...changes,
  });
}

const allHosts = anAlarm('Idle-all');
const model = anAlarm('ModelPerformance-gold', { EndpointName: ['srl-rlvr-gold-prod'] });

describe('the readiness of alarms', () => {
  it('is complete with an alarm on all hosts and one on each endpoint of a tier', async () => {
    expect(await check([allHosts, model])).toMatchObject({ findings: [], unmeasured: [] });
  });

  it('names the tiers in which no alarm would report a hang', async () => {
    const ofGold = anAlarm('Idle-gold', { Host: ['srl-rlvr-gold-7/algo-1'] });

    expect((await check([ofGold, model])).findings).toMatchObject([
      { what: expect.stringContaining('(1 tier: silver)'), fix: expect.stringContaining('hang_or_nccl') },
    ]);
  });

  it('does not count an alarm without the dimension that its rule reads the job from', async () => {
    const broken = anAlarm('Idle-all', { InstanceId: ['i-1'] });

    expect((await check([broken, model])).findings).toMatchObject([
      { what: expect.stringContaining('(2 tiers: gold, silver)') },
    ]);
  });

  it('names an endpoint of a tier without an alarm on its model, and no endpoint of others', async () => {
    expect((await check([allHosts])).findings).toEqual([
      {
        what: 'no alarm reports that the model of endpoint srl-rlvr-gold-prod degrades',
        fix: expect.stringContaining('EndpointName'),
      },
    ]);
  });

  it('names a rule of relight.yaml that fits no alarm', async () => {
    const rule: AlarmRule = {
      alarm: 'Disk*',
      kind: 'disk_full',
      job: { name: true },
      where: 'alarms.1 in relight.yaml',
    };

    expect((await check([allHosts, model], { rules: [rule, ...rules] })).findings).toMatchObject([
      { what: 'no alarm in CloudWatch has a name like Disk* (alarms.1 in relight.yaml, disk_full)' },
    ]);
  });

  it('cannot tell that an alarm is missing if there are more than it reads', async () => {
    const account = { alarms: async () => ({ found: [], cut: true }), alarmTags: async () => ({}) };

    expect(await check([], { account })).toMatchObject({
      findings: [],
      unmeasured: [{ what: 'all other alarms' }],
    });
  });
});
