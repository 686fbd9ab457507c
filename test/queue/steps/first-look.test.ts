import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { card } from '../../../src/bot/views/card/card.ts';
import { stepMessage } from '../../../src/bot/views/step/step-message.ts';
import { stepsOf } from '../../../src/bot/views/step-views.ts';
import { rtoClock } from '../../../src/incidents/model/clock.ts';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import { playbook as rollBack } from '../../../src/playbooks/catalog/model-degradation.ts';
import { playbook as outOfMemory } from '../../../src/playbooks/catalog/out-of-memory.ts';
import type { Playbook } from '../../../src/playbooks/define.ts';
import { type SteppedIncident, stepThrough } from '../../support/a-step-run.ts';
import { ended, minute } from '../../support/a-training-run.ts';
import { aJob, failedJob } from '../../support/fake-ports.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

/** The fake clock is a few minutes after the end of the failed job. */
const broken = 'it is broken: go on with the playbook';
const sound = 'nothing is broken: close it';
const by = { user: 'U0LEAD', via: 'form' } as const;

describe('a job or endpoint named with /relight start', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());

  it('has a clock that starts at the job’s failure; the card says so until that time is read', async () => {
    const run = await asked(outOfMemory, failedJob);
    const before = shownOn(await run.store.load(run.id), outOfMemory, run);
    expect(before).toContain('checking whether it has failed');
    expect(before).toContain('Relight is looking up the time');
    expect(before).not.toContain('GPU out of memory');

    run.ports.training.put(
      aJob({ status: 'Failed', secondaryStatus: 'Failed', endedAt: ended - 25 * minute }),
    );
    await run.runDue();

    const incident = await run.store.load(run.id);
    expect(incident).toMatchObject({ failedAt: ended - 25 * minute, dated: true });
    expect(rtoClock(incident, run.ports.clock.now()).startedAt).toBe(ended - 25 * minute);
    expect(shownOn(incident, outOfMemory, run)).not.toContain('GPU out of memory');
  });

  it('is reported as healthy while the job trains, and nothing is proposed until a person says that it is broken', async () => {
    const run = await asked(outOfMemory, failedJob);
    run.ports.training.put(training());
    await run.runDue();

    const incident = await run.store.load(run.id);
    expect(Object.keys(incident.states)).toEqual(['first-look']);
    expect(incident.dated).toBe(false);
    const shown = shownOn(incident, outOfMemory, run);
    expect(shown).toContain(`${failedJob}: no failure found`);
    expect(shown).toContain('No clock is running');
    expect(shown).toContain('has been training since');
    expect(buttonsOn(incident, outOfMemory)).toContain('Say whether it is broken');
    // The two steps of the first look count too.
    const views = stepsOf(incident, outOfMemory) ?? [];
    expect(views.at(-1)).toMatchObject({ place: outOfMemory.steps.length + 2, of: views.length });
  });

  it('is closed as healthy if a person agrees, and auto-closes if nobody answers', async () => {
    const run = await asked(outOfMemory, failedJob);
    run.ports.training.put(training());
    await run.runDue();
    await run.events({
      type: 'step-answered',
      step: 'is-it-broken',
      attempt: 1,
      by,
      answers: { broken: sound },
    });
    await run.sweep();
    expect((await run.store.load(run.id)).closed?.why).toContain('nothing failed');

    const left = await asked(outOfMemory, failedJob);
    left.ports.training.put(training());
    await left.runDue();
    left.ports.time.now += 16 * minute;
    await left.sweep();
    expect((await left.store.load(left.id)).closed?.why).toContain('nobody said that it is broken');
  });

  it('may be an endpoint in service without an alarm: no rollback is proposed, and a later alarm dates the failure', async () => {
    const run = await asked(rollBack, 'gold-prod');
    await run.runDue();
    const incident = await run.store.load(run.id);
    expect(Object.keys(incident.states)).toEqual(['first-look']);
    expect(shownOn(incident, rollBack, run)).toContain(
      'gold-prod is InService and has no alarms; nothing failed',
    );

    const alarmed = await asked(rollBack, 'gold-prod');
    alarmed.ports.models.alarms = [{ name: 'ModelPerformance', state: 'ALARM', since: ended - 40 * minute }];
    await alarmed.runDue();
    expect(await alarmed.store.load(alarmed.id)).toMatchObject({
      dated: true,
      failedAt: ended - 40 * minute,
    });
  });

  it('continues with the playbook once a person says that it is broken, with a clock that starts at the command', async () => {
    const run = await asked(rollBack, 'gold-prod');
    await run.runDue();
    await run.events({ type: 'step-answered', step: 'is-it-broken', attempt: 1, by, answers: { broken } });
    await run.runDue();

    const incident = await run.store.load(run.id);
    expect(incident).toMatchObject({ dated: true, states: { promoted: { status: 'proposed' } } });
  });

  async function asked(playbook: Playbook, name: string): Promise<SteppedIncident> {
    const at = ended + 5 * minute;
    const kind = playbook.handles[0] ?? 'unknown';
    const alarm = { source: 'person', name: '/relight start', reason: '', at } as const;
    return stepThrough(
      redis,
      playbook,
      {},
      { opening: { job: name, kind, alarm }, steps: playbook.stepsWhenAsked },
    );
  }
});

function training(): ReturnType<typeof aJob> {
  return aJob({
    status: 'InProgress',
    secondaryStatus: 'Training',
    transitions: [{ status: 'Training', startedAt: ended - 200 * minute }],
  });
}

function shownOn(incident: Incident, playbook: Playbook, { ports }: SteppedIncident): string {
  return JSON.stringify(card(incident, playbook, ports.clock.now()));
}

function buttonsOn(incident: Incident, playbook: Playbook): string {
  return JSON.stringify((stepsOf(incident, playbook) ?? []).map((view) => stepMessage(incident, view)));
}
