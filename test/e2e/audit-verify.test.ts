import { CreateTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedRequest } from '../../sandbox/aws/seed-job.ts';
import { journalKey } from '../../src/incidents/journal/journal-writer.ts';
import { archivedLines } from '../support/archived-lines.ts';
import { failJob, launches } from '../support/aws-ledger.ts';
import { putObject } from '../support/put-object.ts';
import { click, lead, waitForButton, waitForRecovery } from '../support/responder.ts';
import { type Ran, runRelight } from '../support/run-relight.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

/** After a real recovery: the vault, Redis and AWS are what Relight left. */
describe('relight audit verify', () => {
  let world: World;
  let incident: string;
  const verify = async (
    args: readonly string[] = [],
    changes: Readonly<Record<string, string>> = {},
  ): Promise<Ran> => runRelight(['audit', 'verify', ...args], { ...world.environment(), ...changes });
  const vault = async (key: string, body: string): Promise<void> =>
    putObject(world.region.url, { Bucket: 'srl-rlvr-audit', Key: key }, Buffer.from(body));

  beforeAll(async () => {
    world = await createWorld();
    const relight = await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    incident = button.value.split('.')[0] ?? '';
    await click(world, lead, button);
    await waitForRecovery(world);
    await until(
      async () =>
        (await archivedLines(world, incident)).length ===
        (await world.redis.client.llen(journalKey(incident))),
      'the vault to have the whole journal',
    );
    await relight.stop();
  });
  afterAll(async () => world.close());

  it('finds nothing wrong after a recovery, neither in the vault nor in Redis nor in AWS', async () => {
    const { code, out, err } = await verify(['--against-aws']);

    expect(err).toBe('');
    expect(out).toMatch(/^\d+ journals, \d+ entries, .*: nothing was changed\.$/m);
    expect(out).toContain('Compared with Redis.');
    expect(out).toContain('Compared with AWS.');
    expect(code).toBe(0);
  });

  it('says what it could not check without keys and without Redis', async () => {
    const { code, out } = await verify([], {
      RELIGHT_JOURNAL_KEY: '',
      RELIGHT_SIGNING_KEY: '',
      RELIGHT_VERIFY_KEY: '',
      REDIS_URL: 'redis://127.0.0.1:1',
    });

    expect(out).toContain('Without RELIGHT_JOURNAL_KEY, it was not checked who wrote entries');
    expect(out).toContain(
      'Without RELIGHT_VERIFY_KEY, the signatures of decisions and heads were not checked.',
    );
    expect(out).toContain('Not compared with Redis, which does not answer.');
    expect(code).toBe(0);
  });

  it('names entries that Redis has otherwise, and not with --vault-only', async () => {
    const lines = await world.redis.client.lrange(journalKey(incident), 0, -1);
    await world.redis.client.lset(journalKey(incident), 3, lines[2] ?? '');
    const compared = await verify();
    const vaultOnly = await verify(['--vault-only']);
    await world.redis.client.lset(journalKey(incident), 3, lines[3] ?? '');

    expect(compared).toMatchObject({
      code: 1,
      err: expect.stringContaining(
        `redis-differs: ${incident}: entry 3 in Redis is not the one in the vault. `,
      ),
    });
    expect(vaultOnly).toMatchObject({ code: 0, err: '' });
  });

  it('names a training job with our tag and no intent, and one that an intent created and AWS does not have', async () => {
    const [launched] = await launches(world);
    const sagemaker = new SageMakerClient({
      endpoint: world.region.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const tags = [{ Key: 'relight:intent', Value: 'feedfeedfeedfeed' }];
    const orphan = { ...seedRequest('srl-rlvr-orphan', 'gold', 'ml.p4d.24xlarge'), Tags: tags };
    await sagemaker.send(new CreateTrainingJobCommand(orphan as never));
    sagemaker.destroy();
    const approvers = [{ by: lead, at: Date.now() }];
    const request = { ...launched, TrainingJobName: 'srl-rlvr-gone', ResourceConfig: {} };
    const intent = { id: 'abcdabcdabcdabcd', incident, step: 'x', attempt: 1, hash: 'h', request, approvers };
    await vault('intents/abcdabcdabcdabcd.json', JSON.stringify(intent));
    await vault('results/abcdabcdabcdabcd.json', '{}');

    const { code, err } = await verify(['--against-aws', '--vault-only']);

    expect(err).toContain(
      'orphan-spend: training job srl-rlvr-orphan: the vault has no intent feedfeedfeedfeed, which its tag names. ',
    );
    expect(err).toContain(
      'missing-in-aws: training job srl-rlvr-gone: AWS does not know it, but intent abcdabcdabcdabcd',
    );
    expect(err.trim().split('\n')).toHaveLength(2);
    expect(code).toBe(1);
  });

  it('names an edited entry in the vault with the place and what to do', async () => {
    const lines = await archivedLines(world, incident);
    const edited = lines.map((line, index) => (index === 1 ? line.replace('"at":', '"at":1') : line));
    await vault(`journals/${incident}/00000000.jsonl`, `${edited.join('\n')}\n`);

    const { code, err } = await verify(['--vault-only']);

    expect(err).toMatch(
      new RegExp(`relight: edit: ${incident}: entry 1 does not match its hash\\. Compare the object`),
    );
    expect(code).toBe(1);
  });
});
