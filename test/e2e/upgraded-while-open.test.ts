import { Queue } from 'bullmq';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { atMost } from '../../bench/figures.ts';
import { firstBreak } from '../../src/audit/chain.ts';
import { createProofs } from '../../src/audit/proofs.ts';
import type { Sealed } from '../../src/incidents/journal/chain-port.ts';
import { journalKey } from '../../src/incidents/journal/journal-writer.ts';
import { canonical } from '../../src/ports/canonical.ts';
import { queues } from '../../src/queue/jobs.ts';
import { keyPrefix } from '../../src/redis/keys.ts';
import { report } from '../chaos/support/figures.ts';
import { failJob, launches } from '../support/aws-ledger.ts';
import { hasCheckpoint } from '../support/damaged-checkpoint.ts';
import { journalsOf } from '../support/journals.ts';
import { chain, proofKeys } from '../support/proofs.ts';
import { restoreRecorded } from '../support/recorded.ts';
import { readRequest } from '../support/request-pages.ts';
import { click, lead, slackLedger, waitForButton, waitForRecovery } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

describe('Relight upgraded while a request of the previous version is waiting for approval', () => {
  let world: World;

  afterEach(async () => world.close());

  it('shows that request, accepts the approval, and launches exactly the one proposed job', async (context) => {
    world = await createWorld();
    // The recorded request resumes from checkpoint-1350, and a failure leaves the newest checkpoint broken.
    await until(async () => hasCheckpoint(world, 1400), 'the job to write checkpoint-1400');
    await failJob(world, goldJob, 'spot-interruption');
    const id = await restoreRecorded(world.redis.client, 'spot-interruption-proposed', 'recorded');
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    await world.start('all', { environment: { RELIGHT_ACCEPT_UNPROVEN_UNTIL: inAnHour } });

    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    expect(button.value).toContain(id);
    const { calls } = await readRequest(world, button);
    await click(world, lead, button);

    await waitForRecovery(world);
    const [launch, ...more] = await launches(world);
    expect(more).toEqual([]);
    report(context, atMost('T25: launches too many for a request of the previous version', more.length, 0));
    expect(launch?.TrainingJobName).toBe(calls.at(-1)?.input['TrainingJobName']);
    const journals = await journalsOf(world);
    expect(journals).toHaveLength(1);
    for (const journal of journals) expect(firstBreak(journal)).toBeUndefined();
    expect((await slackLedger(world)).violations).toEqual([]);
  });
});

/** During a deployment both versions take jobs from the same queues and write to the same journals. */
describe('Relight beside other versions of itself while a recovery runs', () => {
  let world: World;

  afterEach(async () => world.close());

  /** As a newer version does, with the keys of this installation. */
  async function record(incident: string, event: object): Promise<void> {
    const redis = world.redis.client.duplicate();
    const key = journalKey(incident);
    await until(async () => {
      await redis.watch(key);
      const last = Line.parse(JSON.parse((await redis.lindex(key, -1)) ?? ''));
      const line = chain.seal({ seq: last.seq + 1, at: last.at, event, prev: last.hash }, incident);
      return redis.multi().rpush(key, JSON.stringify(line)).exec();
    }, 'the entry to be written');
    redis.disconnect();
  }

  it('goes on after entries that only the newer one knows, takes jobs of both, parks those that it cannot read, and launches one job', async (context) => {
    world = await createWorld({ speed: 40 });
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const environment = { RELIGHT_ACCEPT_UNPROVEN_UNTIL: inAnHour };
    await Promise.all([world.start('bot', { environment }), world.start('worker', { environment })]);
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    const [incident = ''] = button.value.split('.');
    const queue = new Queue(queues.steps, {
      connection: { url: world.redis.url },
      prefix: keyPrefix,
      skipVersionCheck: true,
    });
    const ends = async (data: object): Promise<string> => {
      const job = await queue.add('step', data);
      return until(async () => {
        const state = await job.getState();
        return (state === 'completed' || state === 'failed') && state;
      }, 'the job to end');
    };
    const job = { incident, step: 'resumed', attempt: 1, phase: 'change', failures: 0 };

    await record(incident, { type: 'moved-to-another-region', to: 'eu-west-1' });
    expect(await ends(job), 'a job of the older version').toBe('completed');
    expect(await ends(ofNewer({ ...job, region: 'eu-west-1' })), 'a job of the newer version').toBe(
      'completed',
    );
    expect(await ends(ofNewer({ incident, steps: ['resumed'] })), 'a job in a new form').toBe('failed');
    await click(world, lead, button);
    await until(async () => (await launches(world)).length > 0, 'the launch');
    await record(incident, { type: 'moved-to-another-region', to: 'us-east-1' });
    await waitForRecovery(world);
    await queue.close();

    // As stored: the store does not know the newer entries.
    const lines = await world.redis.client.lrange(journalKey(incident), 0, -1);
    const sealed = lines.map((line) => JSON.parse(line) as Sealed<unknown>);
    expect(firstBreak(sealed)).toBeUndefined();
    const { messages } = await slackLedger(world);
    const shown = messages.map(({ metadata }) => metadata?.event_payload.key);
    const lost = 2 - lines.filter((line) => line.includes('moved-to-another-region')).length;
    report(
      context,
      atMost('T25: launches too many beside other versions', (await launches(world)).length - 1, 0),
      atMost('T25: messages shown twice beside other versions', shown.length - new Set(shown).size, 0),
      atMost('T25: entries of the newer version that were lost', lost, 0),
      atMost(
        'T25: crashes beside other versions',
        world.processes.filter(({ exitCode }) => exitCode() !== null).length,
        0,
      ),
    );
  });
});

const Line = z.object({ seq: z.number(), at: z.number(), hash: z.string() });
const proofs = createProofs(proofKeys);

/** The payload of a job as version 2 of its form would prove it. */
function ofNewer(data: object): object {
  return { ...data, v: 2, mac: proofs.mac('queue', [queues.steps, '2', canonical(data)]) };
}
