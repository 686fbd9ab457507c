import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Core } from '../../../src/app/core.ts';
import { postmortemWatch } from '../../../src/app/readiness/postmortem-watch.ts';
import { closingMessages } from '../../../src/bot/views/closing-postmortem.ts';
import type { EventOf, IncidentEvent } from '../../../src/incidents/model/events.ts';
import { stepFilesOf } from '../../../src/incidents/record/step-files.ts';
import { incidentReadiness } from '../../../src/readiness/incident-readiness.ts';
import { anOpening } from '../../support/a-journal.ts';
import { createTestCore } from '../../support/core.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const id = 'rl-test1234';
const by = { user: 'U0LEAD', via: 'form' } as const;
const taken: IncidentEvent = { type: 'taken', by };
const minute = 60_000;

describe('the postmortem of an incident that no step documents', () => {
  let redis: TestRedis;
  let core: Core;
  let now = 2_000_000;

  beforeEach(async () => {
    redis = await startRedis();
    core = createTestCore(redis.client, { clock: { now: () => now } });
  });
  afterEach(async () => {
    await core.producer.close();
    await redis.close();
  });

  async function ended(...events: readonly IncidentEvent[]): Promise<void> {
    await core.store.open([anOpening()]);
    for (const event of events) {
      now += minute;
      await core.store.record(id, () => [event]);
    }
  }

  const watch = async (): Promise<void> =>
    postmortemWatch(core, { vault: undefined }, async (user) =>
      user === 'U0LEAD' ? 'Mira Okafor' : undefined,
    ).work();

  async function written(): Promise<readonly EventOf<'postmortem-written'>[]> {
    const events = (await core.store.journal(id)).map(({ event }) => event);
    return events.filter((event) => event.type === 'postmortem-written');
  }

  async function documentOf(): Promise<string> {
    const [file] = (await written())[0]?.result.files ?? [];
    return Buffer.from((await core.keptFiles.get(file?.sha256 ?? '')) ?? []).toString();
  }

  it.each<[string, IncidentEvent, string]>([
    [
      'not a problem',
      { type: 'closed', why: 'not a problem: a test', outcome: 'not-a-problem', by },
      'closed as not a problem: a test',
    ],
    [
      'a duplicate',
      { type: 'closed', why: 'duplicate of rl-other', into: 'rl-other', outcome: 'duplicate', by },
      'closed as duplicate of rl-other',
    ],
    [
      'given up',
      { type: 'closed', why: 'given up: no capacity', outcome: 'given-up', by },
      'training was not recovered; the RTO was 60 min',
    ],
  ])('is written once a person closed it as %s, with names instead of ids', async (_, closed, summary) => {
    await ended(taken, closed);

    await watch();

    expect(await written()).toMatchObject([{ result: { summary, trouble: [] } }]);
    const text = await documentOf();
    expect(text).toContain('Mira Okafor');
    expect(text).not.toContain('U0LEAD');
    expect(text).toMatch(/\*\*Closed\*\*: .*\(Mira Okafor\)/);
  });

  it('does not say that an objective was missed if nothing had to be recovered', async () => {
    await ended(taken, { type: 'closed', why: 'not a problem', outcome: 'not-a-problem', by });

    await watch();

    const text = await documentOf();
    expect(text).toContain('| Recovery | not needed |  |');
    expect(text).not.toContain('missed');
  });

  it('is written if a person recovered by hand and no playbook asks its closing questions', async () => {
    const recovered: IncidentEvent = { type: 'recovered', how: 'by-hand trains', elsewhere: true, by };
    await ended(taken, recovered, { type: 'closed', why: 'by-hand trains', by });

    await watch();

    expect(await written()).toMatchObject([
      { result: { summary: expect.stringContaining('training ran again') } },
    ]);
  });

  it('is shown in the thread with its document and its timeline, and written only once', async () => {
    await ended(taken, { type: 'closed', why: 'given up', outcome: 'given-up', by });

    await watch();
    await watch();

    expect(await written()).toHaveLength(1);
    const incident = await core.store.load(id);
    const [message] = closingMessages(incident);
    const [files] = stepFilesOf(incident);
    expect(message?.key).toBe(`step-${files?.step}`);
    expect(files?.files.map(({ name }) => name)).toEqual([`postmortem-${id}.md`, `timeline-${id}.png`]);
  });

  it.each<[string, readonly IncidentEvent[]]>([
    ['started by mistake', [taken, { type: 'closed', why: 'started by mistake', outcome: 'mistake', by }]],
    ['closed by itself before anybody acted', [{ type: 'closed', why: 'all alarms OK' }]],
    ['of a job that had not failed', [taken, { type: 'closed', why: 'the job is training; nothing failed' }]],
    ['still open', [taken]],
  ])('is not written for an incident %s', async (_, events) => {
    await ended(...events);

    await watch();

    expect(await written()).toEqual([]);
  });

  it('is written again if the incident was reopened and closed again', async () => {
    await ended(taken, { type: 'closed', why: 'given up', outcome: 'given-up', by });
    await watch();
    now += minute;
    const reopened = {
      type: 'reopened',
      job: 'srl-rlvr-gold-20251104',
      why: 'capacity is back',
      at: now,
      by,
    } as const;
    await core.store.record(id, () => [reopened]);
    now += minute;
    await core.store.record(id, () => [{ type: 'closed', why: 'given up', outcome: 'given-up', by }]);

    await watch();

    expect(await written()).toHaveLength(2);
  });

  it('is in the readiness as missing if it is not written within ten minutes', async () => {
    await ended(taken, { type: 'closed', why: 'given up', outcome: 'given-up', by });
    const missing = async (after: number): Promise<unknown> =>
      (await incidentReadiness(core.store, now + after)).find(({ part }) => part === 'postmortems')?.findings;

    expect(await missing(minute)).toEqual([]);
    expect(await missing(11 * minute)).toMatchObject([{ what: expect.stringContaining(`${id} (`) }]);
    await watch();
    expect(await missing(11 * minute)).toEqual([]);
  });

  it('is not posted into the threads of old incidents by an update of Relight; the readiness says so', async () => {
    await ended(taken, { type: 'closed', why: 'given up', outcome: 'given-up', by });
    now += 8 * 24 * 60 * minute;

    await watch();

    expect(await written()).toEqual([]);
    const checks = await incidentReadiness(core.store, now);
    expect(checks.find(({ part }) => part === 'postmortems')?.findings).toMatchObject([
      { fix: expect.stringContaining('write it by hand') },
    ]);
  });

  it('is in the readiness if the closing questions of an ended incident stay unanswered for two days', async () => {
    await ended(taken, { type: 'recovered', how: 'by-hand trains', elsewhere: true, by });
    const missing = async (days: number): Promise<unknown> =>
      (await incidentReadiness(core.store, now + days * 24 * 60 * minute)).find(
        ({ part }) => part === 'postmortems',
      )?.findings;

    expect(await missing(1)).toEqual([]);
    expect(await missing(3)).toMatchObject([
      { what: expect.stringContaining('its postmortem is not written') },
    ]);
  });
});
