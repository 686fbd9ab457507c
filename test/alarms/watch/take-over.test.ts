import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTakeOverWatch, type TakeOverJob } from '../../../src/alarms/watch/take-over.ts';
import { createIncidentStore, type IncidentStore } from '../../../src/incidents/journal/store.ts';
import { anOpening } from '../../support/a-journal.ts';
import { chain } from '../../support/proofs.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

const opening = anOpening();
const { job: failed, incident: id } = opening;
const folder = 's3://srl-rlvr-training/checkpoints/gold/';

describe('an incident that a person resolves manually', () => {
  let redis: TestRedis;
  let store: IncidentStore;
  let jobs: TakeOverJob[];
  let waits: boolean;
  let asks: boolean;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    await redis.client.flushall();
    store = createIncidentStore(redis.client, chain, { now: () => 2_000_000 });
    await store.open([opening]);
    waits = true;
    asks = false;
    jobs = [{ name: failed, checkpointUri: folder, createdAt: 1, trains: false }];
  });

  it('recovers once a job trains in the checkpoint folder of the failed one, and names that job', async () => {
    await look();
    expect((await store.load(id)).recovered).toBeUndefined();

    jobs.push({
      name: 'by-hand',
      checkpointUri: 's3://srl-rlvr-training/checkpoints/gold',
      createdAt: 1_500_000,
      trains: true,
    });
    await look();

    expect((await store.load(id)).recovered).toMatchObject({
      how: `by-hand is training: it has taken over from ${failed}`,
      elsewhere: true,
    });
  });

  it('stays open while the other job has not trained, or trains in another folder', async () => {
    jobs.push(
      { name: 'starting', checkpointUri: folder, createdAt: 1_500_000, trains: false },
      { name: 'elsewhere', checkpointUri: `${folder}other/`, createdAt: 1_500_000, trains: true },
    );
    await look();

    expect((await store.load(id)).recovered).toBeUndefined();
  });

  it('is left alone while one of its steps is running', async () => {
    waits = false;
    jobs = [{ name: failed, createdAt: 1, trains: true }];
    await look();

    expect((await store.load(id)).recovered).toBeUndefined();
  });

  it('recovers during an approval if another job takes over, but not because its own job trains', async () => {
    asks = true;
    jobs = [{ name: failed, checkpointUri: folder, createdAt: 1, trains: true }];
    await look();
    expect((await store.load(id)).recovered).toBeUndefined();

    jobs.push({ name: 'by-hand', checkpointUri: folder, createdAt: 1_500_000, trains: true });
    await look();
    expect((await store.load(id)).recovered).toMatchObject({ elsewhere: true });
  });

  it('stays open while only a copy trains that did not resume from its checkpoint', async () => {
    const of = { step: 'resumed', attempt: 1 };
    const by = { user: 'U0LEAD', via: 'button' } as const;
    const proposal = {
      headline: 'Launch',
      request: { TrainingJobName: 'copy' },
      differences: [],
      warnings: [],
    };
    const approval = { hash: 'h', role: 'lead', needs: 1 } as const;
    await store.transact(id, () => ({
      events: [
        { type: 'playbook-started', playbook: 'spot-interruption', steps: ['resumed', 'training'] },
        { type: 'step-proposed', ...of, proposal, ...approval },
        { type: 'step-approved', ...of, hash: 'h', by },
        { type: 'step-begun', ...of, hash: 'h' },
        { type: 'step-done', ...of, result: { job: 'copy' } },
        {
          type: 'step-failed',
          step: 'training',
          attempt: 1,
          code: 'not-resumed',
          says: 'wrong',
          next: 'Stop it.',
        },
      ],
      answer: undefined,
    }));
    jobs.push({ name: 'copy', checkpointUri: folder, createdAt: 1_500_000, trains: true });
    await look();
    expect((await store.load(id)).recovered).toBeUndefined();

    jobs.push({ name: 'by-hand', checkpointUri: folder, createdAt: 1_600_000, trains: true });
    await look();
    expect((await store.load(id)).recovered?.how).toContain('by-hand is training');
  });

  async function look(): Promise<void> {
    const known = async (name: string): Promise<TakeOverJob> => {
      const found = jobs.find((one) => one.name === name);
      if (found === undefined) throw new Error(`there is no job ${name}`);
      return found;
    };
    await createTakeOverWatch({
      store,
      waitsForPerson: ({ recovered }) => waits && recovered === undefined,
      asksPerson: () => asks,
      describe: known,
      createdSince: async (at) => jobs.filter(({ createdAt }) => createdAt > at).map(({ name }) => name),
      isCopyOf: () => false,
      advance: async () => undefined,
      log: pino({ level: 'silent' }),
    })();
  }
});
