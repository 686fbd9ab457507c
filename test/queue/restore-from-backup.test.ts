import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stepMessage } from '../../src/bot/views/step/step-message.ts';
import { stepsOf } from '../../src/bot/views/step-views.ts';
import { playbook as restore } from '../../src/playbooks/catalog/restore-from-backup.ts';
import { playbook as resume } from '../../src/playbooks/catalog/spot-interruption.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { putBackup } from '../support/a-training-run.ts';
import { aJob, fakePorts } from '../support/fake-ports.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

describe('a job without a usable checkpoint', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());

  it('offers a restore from a backup first, then a start from scratch, if s3.backup is set', async () => {
    const run = await stepThrough(redis, resume);
    run.ports.training.put(aJob());
    await run.runDue();

    const shown = await stepShown(run, 'checkpoint');
    expect(await run.store.load(run.id)).toMatchObject({
      states: { checkpoint: { status: 'failed', code: 'no-checkpoint', backup: true } },
    });
    expect(shown).toMatch(
      /Next:\* Restore from a backup.*"Restore from a backup".*"Start over from scratch"/,
    );
  });

  it('offers no backup if s3.backup is not set', async () => {
    const { backupPrefix: _, ...without } = fakePorts();
    without.training.put(aJob());
    const run = await stepThrough(redis, resume, { portsFor: () => without });
    await run.runDue();

    const shown = await stepShown(run, 'checkpoint');
    expect(shown).toContain('"Start over from scratch"');
    expect(shown).not.toContain('"Restore from a backup"');
  });

  it('is restored from the newest good backup once a person approves', async () => {
    const run = await stepThrough(redis, restore);
    run.ports.training.put(aJob());
    putBackup(run.ports.checkpoints, 's3://srl-rlvr-backup/nightly/checkpoints/gold/', 1200, 60);
    await run.runDue();

    expect((await run.store.load(run.id)).states).toMatchObject({
      backup: { status: 'done', result: { verdict: { chosen: { step: 1200 } } } },
      restored: { status: 'proposed', proposal: { headline: expect.stringContaining('from step 1,200') } },
    });
  });

  it('offers only a start from scratch if no backup is good', async () => {
    const run = await stepThrough(redis, restore);
    run.ports.training.put(aJob());
    await run.runDue();

    const shown = await stepShown(run, 'backup', restore);
    expect(shown).toContain('"Start over from scratch"');
    expect(shown).not.toContain('"Restore from a backup"');
  });

  async function stepShown({ store, id }: SteppedIncident, key: string, of = resume): Promise<string> {
    const incident = await store.load(id);
    const view = stepsOf(incident, of)?.find(({ step }) => step.key === key);
    if (view === undefined) throw new Error(`there is no step ${key}`);
    return JSON.stringify(stepMessage(incident, view).blocks);
  }
});
