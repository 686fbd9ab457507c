import { describe, expect, it } from 'vitest';
import {
  MaintenanceSettings,
  type MaintenanceWindow,
  windowOver,
} from '../../../src/incidents/holds/maintenance.ts';

const at = (iso: string): number => Date.parse(iso);
const job = 'srl-rlvr-bronze-7';

function aWindow(changes: Partial<MaintenanceWindow> = {}): MaintenanceWindow {
  return { name: 'Upgrade', starts: '0 2 * * SUN', minutes: 120, timezone: 'UTC', jobs: ['*'], ...changes };
}
const holdAt = (moment: string, ...windows: readonly MaintenanceWindow[]) =>
  windowOver(windows, { job }, at(moment));

describe('a maintenance window', () => {
  it('is open from its start until just before its end, each time its cron expression matches', () => {
    expect(holdAt('2026-11-29T01:59:59Z', aWindow())).toBeUndefined();
    expect(holdAt('2026-11-29T02:00:00Z', aWindow())).toMatchObject({
      name: 'Upgrade',
      until: at('2026-11-29T04:00:00Z'),
    });
    expect(holdAt('2026-11-29T03:59:59Z', aWindow())?.until).toBe(at('2026-11-29T04:00:00Z'));
    expect(holdAt('2026-11-29T04:00:00Z', aWindow())).toBeUndefined();
    expect(holdAt('2026-12-06T02:30:00Z', aWindow())?.id).not.toBe(
      holdAt('2026-11-29T02:30:00Z', aWindow())?.id,
    );
  });

  it('follows its time zone, including the change to daylight saving time', () => {
    const berlin = aWindow({ starts: '0 2 * * *', timezone: 'Europe/Berlin', minutes: 60 });

    expect(holdAt('2026-02-10T01:00:00Z', berlin)?.until).toBe(at('2026-02-10T02:00:00Z'));
    expect(holdAt('2026-07-10T00:00:00Z', berlin)?.until).toBe(at('2026-07-10T01:00:00Z'));
    expect(holdAt('2026-07-10T01:00:00Z', berlin)).toBeUndefined();
  });

  it('can be open once', () => {
    const once = aWindow({ starts: at('2026-12-01T02:00:00Z'), minutes: 30 });

    expect(holdAt('2026-12-01T02:10:00Z', once)?.until).toBe(at('2026-12-01T02:30:00Z'));
    expect(holdAt('2026-12-01T01:59:00Z', once)).toBeUndefined();
    expect(holdAt('2027-12-01T02:10:00Z', once)).toBeUndefined();
  });

  it('covers the jobs that it names; of several windows the one that ends last counts', () => {
    const gold = aWindow({ jobs: ['srl-rlvr-gold-*'] });
    const [short, long] = [aWindow({ name: 'short', minutes: 30 }), aWindow({ name: 'long', minutes: 90 })];

    expect(holdAt('2026-11-29T02:10:00Z', gold)).toBeUndefined();
    expect(holdAt('2026-11-29T02:10:00Z', gold, long, short)?.name).toBe('long');
  });
});

describe('maintenance in relight.yaml', () => {
  const problems = (changes: object): string[] =>
    MaintenanceSettings.safeParse({
      name: 'Upgrade',
      starts: '0 2 * * SUN',
      minutes: 120,
      ...changes,
    }).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

  it.each([
    ['once', { starts: '2026-12-01T02:00:00Z' }],
    ['once, in another zone', { starts: '2026-12-01T02:00:00+01:00' }],
    ['every night', { starts: '30 1 * * *', timezone: 'America/New_York' }],
    ['on weekdays', { starts: '0 20 * * MON-FRI', minutes: 600 }],
  ])('accepts %s', (_, changes) => {
    expect(problems(changes)).toEqual([]);
  });

  it.each([
    ['no time', { starts: 'tomorrow' }, 'starts must be a cron expression such as "0 2 * * SUN"'],
    ['a day without a time', { starts: '2026-12-01' }, 'starts must be a cron expression'],
    ['a day that never comes', { starts: '0 0 30 2 *' }, 'starts must be a cron expression'],
    ['seconds', { starts: '0 0 2 * * SUN' }, 'starts must be a cron expression'],
    ['a time that differs on each run', { starts: 'H 2 * * *' }, 'starts must be a cron expression'],
    ['no zone', { timezone: 'Berlin' }, 'timezone must be a time zone such as Europe/Berlin'],
    [
      'longer than a week',
      { starts: '2026-12-01T02:00:00Z', minutes: 20_000 },
      'minutes must be at most a week',
    ],
    ['always open', { starts: '0 * * * *', minutes: 60 }, 'starts opens again before its minutes are over'],
    ['for no jobs', { jobs: [] }, 'jobs'],
    ['misspelled', { name: 'x', begins: 1 }, 'Unrecognized key'],
  ])('is rejected with one clear line when it is %s', (_, changes, line) => {
    expect(problems(changes)).toEqual([expect.stringContaining(line)]);
  });
});
