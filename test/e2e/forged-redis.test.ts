import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atMost } from '../../bench/figures.ts';
import { journalKey, openKey } from '../../src/incidents/journal/journal-writer.ts';
import { queues } from '../../src/queue/jobs.ts';
import { keyPrefix } from '../../src/redis/keys.ts';
import { report } from '../chaos/support/figures.ts';
import { awsLedger, failJob } from '../support/aws-ledger.ts';
import { payloads } from '../support/proofs.ts';
import { click, lead, slackLedger, visibleText, waitForButton } from '../support/responder.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';
import { approvalOf, attacks, chained, enlarged, type Line, pick } from './redis-attacks.ts';

/** As many as the guarantee names. */
const forgeries = Number(process.env['FORGERIES'] ?? 1_000);
const seed = Number(process.env['FORGERY_SEED'] ?? Date.now() % 1_000_000);

describe('somebody who can write to Redis, but has no key of this Relight', () => {
  let world: World;
  let incident: string;
  let queue: Queue;
  const linesIn = async (): Promise<readonly Line[]> =>
    (await world.redis.client.lrange(journalKey(incident), 0, -1)).map((line) => JSON.parse(line) as Line);
  const put = async (id: string, lines: readonly Line[]): Promise<void> => {
    const key = journalKey(id);
    const written = world.redis.client.multi().del(key);
    await written.rpush(key, ...lines.map((line) => JSON.stringify(line))).exec();
  };
  /** What the log says about refused entries; one per run of a job that meets one. */
  const reports = (): number =>
    world.processes
      .map((relight) => relight.output().split('refused the journal of an incident').length - 1)
      .reduce((sum, one) => sum + one, 0);
  const changes = async (): Promise<readonly string[]> =>
    (await awsLedger(world)).calls
      .filter(({ request }) => !/^\/srl-rlvr-audit\/(journals|heads|states)\//.test(String(request['path'])))
      .map(({ operation }) => operation)
      .filter((operation) => /^(Create|Update|Stop|Put|Copy)/.test(operation));
  const addJob = async (id: string, line: Line | undefined): Promise<void> => {
    const { step = 'resumed', attempt = 1 } = line?.event ?? {};
    const job = { incident: id, step, attempt, phase: 'change', failures: 0 };
    await queue.add('step', payloads.prove(queues.steps, job));
  };

  beforeAll(async () => {
    world = await createWorld();
    queue = new Queue(queues.steps, {
      connection: { url: world.redis.url },
      prefix: keyPrefix,
      skipVersionCheck: true,
    });
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    incident = button.value.split('.')[0] ?? '';
  });
  afterAll(async () => {
    await queue.close();
    await world.close();
  });

  it(`cannot start anything with ${forgeries} forged, edited, repeated and cut journals, and each is reported (seed ${seed})`, async (context) => {
    const dice = seededRandom(seed);
    const before = await changes();
    const original = await linesIn();
    const proposed = original.findLast(({ event }) => event['type'] === 'step-proposed');
    const unreported: string[] = [];
    for (let number = 0; number < forgeries; number += 1) {
      const [name, attack] = pick(Object.entries(attacks), dice);
      const [reported, lines] = [reports(), await linesIn()];
      await put(incident, attack({ lines, dice }));
      await addJob(incident, proposed);
      await until(() => reports() > reported, `a report of ${name}`).catch(() => unreported.push(name));
      await put(incident, lines);
    }
    expect(unreported).toEqual([]);
    const after = await changes();
    expect(after).toEqual(before);
    report(
      context,
      atMost(
        `T14: changes in AWS by ${forgeries} forged, edited, repeated and cut journals`,
        after.length - before.length,
        0,
      ),
      atMost('T14: forged journals that were not reported', unreported.length, 0),
    );
  });

  it('cannot make up a whole incident with a request of 64 machines and its approvals', async () => {
    const [before, reported] = [await changes(), reports()];
    const made = (await linesIn()).map(({ event }) => ({
      ...enlarged(event),
      ...(event['type'] === 'opened' && { incident: 'rl-forged12' }),
    }));
    const lines = chained([], made, Date.now());
    await put('rl-forged12', [...lines, ...chained(lines, [approvalOf(lines)]).slice(lines.length)]);
    await world.redis.client.zadd(openKey, Date.now(), 'rl-forged12');
    await addJob(
      'rl-forged12',
      lines.findLast(({ event }) => event['type'] === 'step-proposed'),
    );

    await until(() => reports() > reported, 'the report');
    expect(await changes()).toEqual(before);
    await world.redis.client.zrem(openKey, 'rl-forged12');
  });

  it('cannot add a job, or change or repeat one for another queue, and each is reported', async () => {
    const before = await changes();
    const refused = (): number =>
      (world.processes[0]?.output() ?? '').split('was put there by something').length - 1;
    const job = { incident, step: 'resumed', attempt: 1, phase: 'change', failures: 0 };
    const proven = payloads.prove(queues.steps, job);
    const forged = [
      job,
      { ...job, v: 1, mac: 'AAAA' },
      { ...proven, attempt: 2 },
      { ...proven, v: 2 },
      payloads.prove(queues.messages, job),
      'not an object',
      null,
    ];
    for (const [number, data] of forged.entries()) {
      await queue.add('step', data);
      await until(() => refused() === number + 1, `the refusal of job ${number}`);
    }
    expect(await changes()).toEqual(before);
  });

  it('is told of in the channel, once for each line, with what to do', async () => {
    const told = async (): Promise<readonly string[]> =>
      (await slackLedger(world)).messages
        .map(visibleText)
        .filter((text) => text.includes('was changed in Redis by something other than Relight'));
    await until(
      async () => (await told()).some((text) => text.includes('rl-forged12')),
      'the channel to say so',
    );

    expect(await told()).toHaveLength(new Set(await told()).size);
    expect((await told()).join('\n')).toContain('call security');
  });

  it('does not keep the people of the incident from recovering it', async () => {
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    await click(world, lead, button);
    await until(async () => (await changes()).includes('CreateTrainingJob'), 'the launch');

    expect((await changes()).filter((operation) => operation === 'CreateTrainingJob')).toHaveLength(1);
  });
});
