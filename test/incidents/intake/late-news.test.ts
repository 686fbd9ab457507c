import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minute } from '../../alarms/an-alarm-handler.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import {
  after,
  alarm,
  arrivesAt,
  before,
  between,
  by,
  closedAt,
  EndedIncident,
  events,
  everyPath,
  job,
  launched,
} from './an-ended-incident.ts';

const second = 'srl-rlvr-gold-2';
const neverListed = 'srl-rlvr-gold-9';
const both = ['recovered', 'recovered and closed'] as const;

/** Both directions side by side: late news opens no second incident, and real news is not swallowed by a green card. */
describe('news that arrives late', () => {
  let redis: TestRedis;
  let incident: EndedIncident;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(() => {
    incident = new EndedIncident(redis);
  });

  /** Nothing opened, and the incident is as it was. */
  async function expectJoined(): Promise<void> {
    expect((await incident.here.all()).map(({ id }) => id)).toEqual([incident.id]);
    expect((await incident.load()).attempts).toEqual([]);
  }

  async function expectReopened(): Promise<void> {
    expect((await incident.here.all()).map(({ id }) => id)).toEqual([incident.id]);
    expect(await incident.load()).toMatchObject({ attempts: [{}] });
    expect((await incident.load()).closed).toBeUndefined();
  }

  async function expectNewIncident(about: string): Promise<void> {
    expect(await incident.others()).toMatchObject([{ job: about }]);
    expect((await incident.load()).attempts).toEqual([]);
  }

  describe.each(everyPath)('by %s', (_, news) => {
    it.each(both)(
      'and is not newer than the recovery joins the incident of the same job, %s',
      async (how) => {
        await incident.ended(how);
        await incident.arrives(news, job, before);
        await expectJoined();
      },
    );

    it('and is newer than the recovery reopens the open incident of the same job', async () => {
      await incident.ended('recovered');
      await incident.arrives(news, job, between);
      await expectReopened();
    });

    it.each([
      ['before', between],
      ['after', after],
    ])('and is newer than the recovery is a new incident, from %s the close of the first', async (__, at) => {
      await incident.ended('recovered and closed');
      await incident.arrives(news, job, at);
      await expectNewIncident(job);
    });

    it.each(both)(
      'and is newer than the recovery reopens the incident that launched the job, %s',
      async (how) => {
        await incident.ended(how);
        await incident.arrives(news, launched, between);
        await expectReopened();
      },
    );

    it.each([
      ['the same job', job],
      ['a job that it launched', launched],
    ])('joins an incident that was given up only if it is from before that, about %s', async (__, name) => {
      await incident.ended('given up');
      await incident.arrives(news, name, closedAt - minute);
      await expectJoined();
      await incident.arrives(news, name, after);
      await expectNewIncident(name);
    });

    it.each([
      ['open', false],
      ['closed', true],
    ])('joins a recovered outage, %s, only if it is not newer than the recovery', async (__, isClosed) => {
      await incident.outage(isClosed);
      await incident.arrives(news, second, before);
      expect(await incident.others()).toEqual([]);
      await incident.arrives(news, second, between);
      await expectNewIncident(second);
    });

    it('is a new incident if the recovered outage never listed the job, however old it is', async () => {
      await incident.outage(false);
      await incident.arrives(news, neverListed, before);
      await expectNewIncident(neverListed);
    });
  });

  it.each(both)(
    'as an alarm about a launched job from before its recovery is only recorded, %s',
    async (how) => {
      await incident.ended(how);
      await incident.arrives(alarm, launched, before);
      await expectJoined();
      expect((await incident.load()).alarms).toHaveLength(2);
    },
  );

  it.each(both)(
    'as a warning about a launched job opens an incident only if it is newer, %s',
    async (how) => {
      await incident.ended(how);
      const warned = (at: number) =>
        incident.here.intake({
          job: launched,
          kind: 'checkpoints_stopped',
          alarm: { source: 'rpo-watch', name: 'Checkpoints stopped', reason: '', at },
        });
      await warned(before);
      await expectJoined();
      await warned(between);
      await expectNewIncident(launched);
    },
  );

  it.each(events)(
    'by %s reopens it: a launched job may end before Relight has seen it train',
    async (_, news) => {
      await incident.ended('recovered');
      await incident.arrives(news, launched, before);
      await expectReopened();
    },
  );

  it.each([
    ['the same job', job],
    ['a job that it launched', launched],
  ])('is never a command: after the close, a person starts a new incident about %s', async (_, name) => {
    await incident.ended('recovered and closed');
    const person = { source: 'person', name: '/relight start', reason: '', at: arrivesAt } as const;
    const { outcome } = await incident.here.intake({ job: name, kind: 'internal', alarm: person, by });
    expect(outcome).toBe('opened');
    await expectNewIncident(name);
  });
});
