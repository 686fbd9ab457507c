import { describe, expect, it } from 'vitest';
import { requireWithinCaps } from '../../../src/relaunch/caps.ts';
import { endpointPrice } from '../../../src/relaunch/prices/endpoint-price.ts';
import { launchPrice, usd } from '../../../src/relaunch/prices/launch-price.ts';
import { changeOfLimits, launchTerms, limitsNow } from '../../../src/relaunch/prices/launch-terms.ts';
import { priceTable } from '../../../src/relaunch/prices/price-table.ts';

const prices = priceTable('us-east-1', { 'ml.test.large': 10, 'ml.test.small': 1 });
const nothingUsed = { running: [], spending: [] };

const large = (more: object = {}) => ({
  ResourceConfig: { InstanceType: 'ml.test.large', InstanceCount: 4 },
  StoppingCondition: { MaxRuntimeInSeconds: 7_200 },
  ...more,
});

describe('the price of a launch', () => {
  it('is the price of all instances, for as long as they may run', () => {
    expect(launchPrice(large(), prices)).toMatchObject({ perHourUsd: 40, worstCaseUsd: 80, hours: 2 });
  });

  it('counts a day if the request sets no maximum time, as SageMaker does', () => {
    expect(launchPrice(large({ StoppingCondition: {} }), prices).hours).toBe(24);
  });

  it('counts the on-demand price for the maximum wait time with managed spot', () => {
    const spot = large({
      EnableManagedSpotTraining: true,
      StoppingCondition: { MaxRuntimeInSeconds: 7_200, MaxWaitTimeInSeconds: 14_400 },
    });
    expect(launchPrice(spot, prices)).toMatchObject({ worstCaseUsd: 160, spot: true });
  });

  it('counts the time for which a warm pool is kept', () => {
    const warm = { InstanceType: 'ml.test.large', InstanceCount: 1, KeepAlivePeriodInSeconds: 1_800 };
    expect(launchPrice(large({ ResourceConfig: warm }), prices).worstCaseUsd).toBe(25);
  });

  it('is the sum of groups that run together, and the highest of preferences of which one runs', () => {
    const both = [
      { InstanceType: 'ml.test.large', InstanceCount: 2, InstanceGroupName: 'a' },
      { InstanceType: 'ml.test.small', InstanceCount: 3, InstanceGroupName: 'b' },
    ];
    expect(launchPrice(large({ ResourceConfig: { InstanceGroups: both } }), prices).perHourUsd).toBe(23);
    expect(launchPrice(large({ ResourceConfig: { InstancePreferences: both } }), prices).perHourUsd).toBe(20);
  });

  it('is unknown if the price of one of its types is unknown, and never free', () => {
    const one = [{ InstanceType: 'ml.test.large' }, { InstanceType: 'ml.new.48xlarge' }];
    const price = launchPrice(large({ ResourceConfig: { InstancePreferences: one } }), prices);
    expect(price).toEqual({ hours: 2, spot: false, unknown: ['ml.new.48xlarge'] });
  });

  it('is unknown in a Region without prices, because prices differ by Region', () => {
    expect(priceTable('us-east-1')('ml.p5.48xlarge')).toBe(63.296);
    expect(priceTable('eu-west-1')('ml.p5.48xlarge')).toBeUndefined();
    expect(priceTable('eu-west-1', { 'ml.p5.48xlarge': 80 })('ml.p5.48xlarge')).toBe(80);
  });

  it('is rounded up, so that no sum looks smaller than it is', () => {
    expect([0.1 + 0.2, 1.001, 25.251286, 2_424.12, 50_000].map(usd)).toEqual([
      '$0.30',
      '$1.01',
      '$25.26',
      '$2,425',
      '$50,000',
    ]);
  });
});

describe('the caps of a launch', () => {
  const caps = { instanceTypes: ['ml.test.large', 'ml.new.48xlarge'], instanceCount: 8, volumeGb: 100 };

  it('refuse an unknown price if spending is capped, and say how to add it', () => {
    const unknown = large({ ResourceConfig: { InstanceType: 'ml.new.48xlarge', InstanceCount: 1 } });
    expect(() => requireWithinCaps(unknown, { caps, prices })).not.toThrow();
    expect(() => requireWithinCaps(unknown, { caps: { ...caps, spendPerDayUsd: 1e9 }, prices })).toThrow(
      'the price of ml.new.48xlarge is unknown here; add it under prices in relight.yaml',
    );
  });

  it('refuse a launch that alone may cost more than a day may', () => {
    expect(() => requireWithinCaps(large(), { caps: { ...caps, spendPerDayUsd: 79 }, prices })).toThrow(
      'up to $80.00 within 2 h exceed caps.spend_per_day_usd of $79.00',
    );
  });

  it('are shown with what it uses up', () => {
    const limits = { caps: { ...caps, concurrentJobs: 3, spendPerDayUsd: 1_000 }, prices };
    const running = { id: 'a', incident: 'i-1', step: 's', attempt: 1, job: 'j', at: 0, usd: 120 };
    const terms = launchTerms(large(), limits, { running: [running], spending: [running] }, 'undo');
    expect(terms).toEqual({
      price: '$40.00 per hour, at most $80.00 if it runs for its maximum time of 2 h.',
      undo: 'undo',
      caps: [
        '4 of 8 instances per job',
        '1 of 3 recovery jobs at once (1 running now)',
        '$80.00 of $1,000 per 24 hours ($120 counted so far)',
      ],
    });
  });

  it('say that a price is unknown instead of showing none', () => {
    const unknown = large({ ResourceConfig: { InstanceType: 'ml.new.48xlarge', InstanceCount: 1 } });
    expect(launchTerms(unknown, { caps, prices }, nothingUsed, '').price).toBe(
      'The price of ml.new.48xlarge is unknown here; add it under prices in relight.yaml. It may run for 2 h',
    );
  });

  it('void an approval if one of them, or a price, is not the one that people saw', () => {
    const before = limitsNow(large(), { caps: { ...caps, spendPerDayUsd: 5_000 }, prices });
    const now = (changed: object, table = prices) =>
      changeOfLimits(
        before,
        limitsNow(large(), { caps: { ...caps, spendPerDayUsd: 5_000, ...changed }, prices: table }),
      );
    expect(now({})).toBeUndefined();
    expect(now({ spendPerDayUsd: 2_000 })).toBe('caps.spend_per_day_usd is 2,000 now, and was 5,000');
    expect(now({ concurrentJobs: 2 })).toBe('caps.concurrent_jobs is 2 now, and was not set');
    expect(now({ instanceTypes: ['ml.test.large', 'ml.g5.xlarge'] })).toBeUndefined();
    const dearer = priceTable('us-east-1', { 'ml.test.large': 11 });
    expect(now({}, dearer)).toBe('the price per hour in USD is 44 now, and was 40');
  });
});

describe('the price of an endpoint', () => {
  const present = [{ type: 'ml.test.small', count: 2 }];

  it('is not mentioned if its instances stay the same', () => {
    expect(endpointPrice({ wanted: present, present }, prices)).toBeUndefined();
  });

  it('is shown with the present one if they change', () => {
    const wanted = [{ type: 'ml.test.large', count: 2 }];
    expect(endpointPrice({ wanted, present }, prices)).toBe(
      '$20.00 per hour, until it is updated again; it is $2.00 now.',
    );
  });
});
