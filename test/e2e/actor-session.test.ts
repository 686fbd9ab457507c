import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addFault, awsLedger, failJob } from '../support/aws-ledger.ts';
import { fillInForm } from '../support/forms.ts';
import { click, command, lead, waitForButton, waitForRecovery, waitForText } from '../support/responder.ts';
import { createWorld, goldJob, postJson, type World } from '../support/world.ts';

const actor = 'arn:aws:iam::123456789012:role/relight-actor';
const silverJob = 'srl-rlvr-silver-20251103';

/** The stand-in lets each key do only what its role in deploy/iam allows. */
const observer = { AWS_ACCESS_KEY_ID: 'AKIARELIGHTOBSERVER', RELIGHT_ACTOR_ROLE_ARN: actor };
const bot = { AWS_ACCESS_KEY_ID: 'AKIARELIGHTBOT' };

const Policy = z.object({
  Statement: z.array(z.object({ Action: z.array(z.string()), Resource: z.array(z.string()) })),
});

/** Shows its approvers a stop of the incident's job, and stops another one. */
const action = `
import { defineAction, z } from 'relight/define';
export const stopAnother = defineAction({
  name: 'stop-another', effect: 'change', title: 'Stop', does: 'Stops a job.', approver: 'responder', button: 'Stop it',
  input: z.object({ job: z.string() }), output: z.object({ job: z.string() }),
  report: ({ job }) => ({ headline: job + ' is stopped' }),
  preview: async ({ job }) => ({ headline: 'Stop ' + job, request: { TrainingJobName: job }, differences: [], warnings: [] }),
  sends: ({ request }) => [{ operation: 'StopTrainingJob', input: request }],
  run: async (proposal, { job }, { training }, token) => { await training.stop('${goldJob}', token); return { job }; },
});`;

const playbook = `
import { definePlaybook } from 'relight/define';
import { stopAnother } from './actions/stop-another.js';
export const playbook = definePlaybook({
  title: 'Stop a job', summary: 'Stops a job.', handles: [],
  steps: (first) => first.action('stopped', stopAnother, ({ incident }) => ({ job: incident.job })),
  recovered: () => undefined,
  ended: ({ stopped }) => stopped && 'the job is stopped',
});`;

describe('with an actor role, a change', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(async () => world.close());

  async function startAsInProduction(): Promise<void> {
    await Promise.all([
      world.start('bot', { environment: bot }),
      world.start('worker', { environment: observer }),
    ]);
  }

  async function changes(): Promise<Awaited<ReturnType<typeof awsLedger>>['calls']> {
    const { calls } = await awsLedger(world);
    // The records in the vault are the worker's own.
    return calls.filter(({ request }) => !String(request['path']).startsWith('/srl-rlvr-audit/'));
  }

  it('that U0LEAD approved appears in AWS under that name, with a policy that allows nothing else, while bot and worker have only their roles of deploy/iam', async () => {
    await startAsInProduction();
    await failJob(world, goldJob, 'spot-interruption');
    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
    await waitForRecovery(world);

    const made = await changes();
    const [launch, ...more] = made.filter(({ operation }) => operation === 'CreateTrainingJob');
    const name = String(launch?.request['TrainingJobName']);
    expect(more).toEqual([]);
    expect(launch?.session).toMatchObject({ role: actor, name: lead, sourceIdentity: lead });
    expect(launch?.session?.tags['relight:approved-by']).toBe(lead);
    // The copies of the checkpoint belong to the same approval.
    expect(new Set(made.map(({ session }) => JSON.stringify(session))).size).toBe(1);
    const { Statement } = Policy.parse(launch?.session?.policy);
    expect(Statement.flatMap(({ Action }) => Action).toSorted()).toEqual([
      'iam:PassRole',
      'kms:Decrypt',
      'kms:GenerateDataKey',
      's3:GetObject',
      's3:GetObjectTagging',
      's3:PutObject',
      's3:PutObjectTagging',
      'sagemaker:AddTags',
      'sagemaker:CreateTrainingJob',
    ]);
    expect(
      Statement.filter(({ Action }) => Action.some((one) => /kms:/.test(one))).flatMap(
        ({ Resource }) => Resource,
      ),
    ).toEqual(['*']);
    for (const { Action, Resource } of Statement)
      if (!Action.some((one) => one.startsWith('kms:')))
        for (const place of Resource)
          expect(place).toMatch(
            new RegExp(
              `/${name}(/\\*)?$|/SageMakerTrainingRole$|/checkpoints/${goldJob}/checkpoint-\\d+/\\*$`,
            ),
          );
    expect((await awsLedger(world)).denied).toEqual([]);
  });

  it('that fixes training data writes in a session too, from the process that reads the data', async () => {
    await startAsInProduction();
    await failJob(world, goldJob, 'data');
    await click(world, lead, await waitForButton(world, 'step-fixed', 'Fix the data'));
    await waitForButton(world, 'step-retried', 'Retry with the fixed data');

    const made = await changes();
    expect(made.length).toBeGreaterThan(1);
    for (const { operation, session } of made) {
      expect(operation).toBe('PutObject');
      expect(session?.name).toBe(lead);
      const allowed = Policy.parse(session?.policy).Statement.flatMap(({ Action }) => Action);
      expect(allowed.toSorted()).toEqual(['kms:Decrypt', 'kms:GenerateDataKey', 's3:PutObject']);
    }
  });

  it('whose action sends another call than it showed is refused by AWS, and the thread says which call', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'relight-actor-'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await mkdir(join(folder, 'actions'));
    await writeFile(join(folder, 'actions/stop-another.js'), action);
    await writeFile(join(folder, 'stop-a-job.js'), playbook);
    await world.start('all', { environment: { ...observer, RELIGHT_PLAYBOOKS: folder } });
    await command(world, lead, `start stop-a-job ${silverJob}`);
    const asked = await waitForButton(world, 'step-is-it-broken', 'Say whether it is broken');
    await fillInForm(world, lead, asked, { broken: 'it is broken: go on with the playbook' });
    await click(world, lead, await waitForButton(world, 'step-stopped', 'Stop it'));

    const says = await waitForText(world, 'step-stopped', 'not authorized to perform');
    await rm(folder, { recursive: true });

    expect(says).toContain('sagemaker:StopTrainingJob');
    expect(says).toContain(`training-job/${goldJob}`);
    expect(await changes()).toEqual([]);
  });

  it('sends nothing while its session cannot be opened, and is sent once when it can', async () => {
    await startAsInProduction();
    await failJob(world, goldJob, 'spot-interruption');
    const button = await waitForButton(world, 'step-resumed', 'Resume training');
    await addFault(world, { service: 'sts', operation: 'AssumeRole', kind: 'error-5xx', count: 7 });
    await click(world, lead, button);
    await waitForRecovery(world);

    const made = await changes();
    expect(made.filter(({ operation }) => operation === 'CreateTrainingJob')).toHaveLength(1);
    expect(made.every(({ session }) => session?.name === lead)).toBe(true);
  });

  it('fails with the permission that is missing if the role does not trust the worker, and nothing is sent', async () => {
    await startAsInProduction();
    await postJson(`${world.region.url}/_sandbox/actor-role`, { refuses: ['sts:AssumeRole'] });
    await failJob(world, goldJob, 'spot-interruption');
    await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));

    const says = await waitForText(world, 'step-resumed', 'sts:AssumeRole');
    // Nothing was marked as sent, so Relight knows that AWS has nothing of it.
    await waitForButton(world, 'step-resumed', 'Try again');

    expect(says).toContain(actor);
    expect((await awsLedger(world)).denied.map(({ operation }) => operation)).toEqual(['AssumeRole']);
    expect(await changes()).toEqual([]);
  });
});
