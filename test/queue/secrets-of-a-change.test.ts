import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { diagnoseFailure } from '../../src/playbooks/actions/diagnose-failure.ts';
import { restartFromScratch } from '../../src/playbooks/actions/restart-from-scratch.ts';
import { definePlaybook } from '../../src/playbooks/define.ts';
import { sha256 } from '../../src/ports/canonical.ts';
import type { JsonObject } from '../../src/ports/ports.ts';
import { Proposal, proposalHash } from '../../src/ports/step-output.ts';
import { type SteppedIncident, stepThrough } from '../support/a-step-run.ts';
import { aJob, failedJob } from '../support/fake-ports.ts';
import { chain } from '../support/proofs.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

/** The part of an intent that people approved. */
const Approved = Proposal.pick({ request: true, reliesOn: true }).extend({ hash: z.string() });

const secrets = ['local-0123', 'hunter2', 'inner-secret', 'hf_abcdefghijklmnopqrstuvwxyz0123456789'] as const;
const source: JsonObject = {
  TrainingJobName: failedJob,
  Environment: { WANDB_API_KEY: secrets[0], DB_URL: `postgres://u:${secrets[1]}@db/x`, MODE: 'offline' },
  HyperParameters: { config: `{"api_key":   "${secrets[2]}", "batch": 8}`, args: `--hub ${secrets[3]}` },
  ResourceConfig: { InstanceType: 'ml.p4d.24xlarge', InstanceCount: 1 },
};

const playbook = definePlaybook({
  title: 'Restart',
  summary: 'For tests: looks and launches.',
  handles: ['spot_interruption'],
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident }) => ({ job: incident.job }))
      .action('restarted', restartFromScratch, ({ incident }) => ({
        job: incident.job,
        why: 'a test',
        rpoMinutes: 30,
      })),
  recovered: ({ restarted }) => restarted && `${restarted.job} was launched`,
});

describe('a launch whose job has secrets', () => {
  let redis: TestRedis;
  let stepped: SteppedIncident;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());
  beforeEach(async () => {
    stepped = await stepThrough(redis, playbook);
    stepped.ports.training.put(
      aJob({ failureReason: `AlgorithmError: --api-key ${secrets[0]}, exit code: 1` }),
    );
    stepped.ports.training.source = source;
  });

  const restarted = async () => (await stepped.store.load('rl-test1234')).states['restarted'];
  async function propose(): Promise<string> {
    await stepped.runDue();
    const state = await restarted();
    return state?.status === 'proposed' ? state.hash : JSON.stringify(state);
  }
  const approve = async (hash: string): Promise<void> =>
    stepped.events({
      type: 'step-approved',
      step: 'restarted',
      attempt: 1,
      hash,
      by: { user: 'U0LEAD', via: 'button' },
    });

  it('sends the real values to AWS, while journal, vault and Redis store hashes that the approval covers', async () => {
    await approve(await propose());
    await stepped.runDue();

    expect(stepped.ports.training.launches).toMatchObject([
      { Environment: source['Environment'], HyperParameters: source['HyperParameters'] },
    ]);
    const journal = JSON.stringify(await stepped.store.journal('rl-test1234'));
    const kept =
      journal +
      JSON.stringify(stepped.vaultIntents) +
      JSON.stringify(await redis.client.lrange('{relight}:journal:rl-test1234', 0, -1));
    for (const secret of secrets) expect(kept).not.toContain(secret);
    expect(journal).toContain('"MODE":"offline"');
    const [intent] = stepped.vaultIntents;
    const { request, reliesOn, hash } = Approved.parse(intent);
    expect(proposalHash({ request, reliesOn })).toBe(hash);
  });

  it('is not launched with a secret that changed after the approval: the step names it and asks for another attempt', async () => {
    await approve(await propose());
    stepped.ports.training.source = { ...source, Environment: { WANDB_API_KEY: 'another', MODE: 'offline' } };

    await stepped.runDue();

    expect(stepped.ports.training.launches).toEqual([]);
    expect(await restarted()).toMatchObject({
      status: 'failed',
      code: 'secret-changed',
      says: expect.stringContaining(`Environment.WANDB_API_KEY`),
    });
    expect(stepped.vaultIntents).toEqual([]);
  });

  it('finds its job after a crash between the launch and its record, and launches no second one', async () => {
    await approve(await propose());
    const { training } = stepped.ports;
    const launch = training.launch.bind(training);
    let crashed = false;
    training.launch = async (request, token) => {
      const launched = await launch(request, token);
      if (!crashed) {
        crashed = true;
        throw new Error('the process is gone');
      }
      return launched;
    };

    await stepped.runDue();
    await stepped.runDue();

    expect(crashed).toBe(true);
    expect(training.launches).toHaveLength(1);
    expect(await restarted()).toMatchObject({ status: 'done', result: { adopted: true } });
  });

  it('still runs if an earlier version of Relight proposed it with the secrets in the journal; its intent has hashes', async () => {
    const name = `${failedJob}-r1-0123456789abcdef`;
    const request = { ...source, TrainingJobName: name };
    await stepped.runDue();
    const journal = (await stepped.store.journal('rl-test1234')).slice(0, -1);
    const proposal = { headline: 'Launch', request, differences: [], warnings: [] };
    const entry = {
      seq: journal.length,
      at: stepped.ports.clock.now(),
      prev: journal.at(-1)?.hash ?? '',
      event: {
        type: 'step-proposed',
        step: 'restarted',
        attempt: 1,
        proposal,
        hash: sha256(request),
        role: 'lead',
        needs: 1,
      },
    } as const;
    await redis.client.rpop('{relight}:journal:rl-test1234');
    await redis.client.rpush(
      '{relight}:journal:rl-test1234',
      JSON.stringify(chain.seal(entry, 'rl-test1234')),
    );
    await approve(sha256(request));

    await stepped.runDue();

    expect(stepped.ports.training.launches).toMatchObject([{ Environment: source['Environment'] }]);
    for (const secret of secrets) expect(JSON.stringify(stepped.vaultIntents)).not.toContain(secret);
  });
});
