import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addFault, awsLedger } from '../support/aws-ledger.ts';
import { fillInForm } from '../support/forms.ts';
import {
  buttonsOf,
  click,
  command,
  lead,
  messageOf,
  otherLead,
  slackLedger,
  visibleText,
  waitForButton,
  waitForText,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, postJson, type World } from '../support/world.ts';

const job = 'srl-rlvr-silver-20251103';
const machine = 'arn:aws:states:us-east-1:123456789012:stateMachine:restore-training';

const playbook = `
import { runStateMachine } from 'relight/actions/run-state-machine';
import { definePlaybook } from 'relight/define';
export const playbook = definePlaybook({
  title: 'Restore by our state machine', summary: 'Starts our own state machine.', handles: [],
  steps: (first) => first.action('restored', runStateMachine, ({ incident }) => ({
    stateMachine: '${machine}', input: { job: incident.job, tier: incident.tier },
  })),
  recovered: () => undefined,
  ended: ({ restored }) => restored && 'our state machine has succeeded',
});`;

/** By clicks, with the playbook of a folder of its own. */
describe('a playbook whose step runs a state machine', () => {
  let folder: string;
  let world: World;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'relight-machine-'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(join(folder, 'restore-by-machine.js'), playbook);
  });
  afterAll(async () => rm(folder, { recursive: true }));
  beforeEach(async () => {
    world = await createWorld({
      configure: (yaml) => yaml.replace('state_machines: []', `state_machines: ["${machine}"]`),
    });
  });
  afterEach(async () => world.close());

  /** Starts Relight and the playbook; returns once the request waits for approval. */
  async function proposed(ends: object): Promise<void> {
    await postJson(`${world.region.url}/_sandbox/state-machine`, { machine: 'restore-training', ...ends });
    await world.start('all', { environment: { RELIGHT_PLAYBOOKS: folder } });
    await command(world, lead, `start restore-by-machine ${job}`);
    // The job of the sandbox still trains.
    const asked = await waitForButton(world, 'step-is-it-broken', 'Say whether it is broken');
    await fillInForm(world, lead, asked, { broken: 'it is broken: go on with the playbook' });
  }

  async function sent(operation: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { calls } = await awsLedger(world);
    return calls.filter((call) => call.operation === operation).map(({ request }) => request);
  }

  /** The message of an earlier state may have a button with a similar label. */
  async function press(label: string, user = otherLead): Promise<void> {
    const button = await until(async () => {
      const message = await messageOf(world, 'step-restored');
      const found = message && buttonsOf(message).find((one) => one.label === label);
      return message && found && { message, ...found };
    }, `the button "${label}"`);
    await click(world, user, button);
  }

  it('starts one execution with the approved input although its answer is lost, and ends with its success', async () => {
    await proposed({ output: '{"checkpoint":"s3://b/c/","password":"correct-horse-battery"}' });
    const asked = await waitForButton(world, 'step-restored', 'Start the execution');
    const shown = visibleText(asked.message);
    for (const words of [machine, job, 'Relight cannot tell what an execution costs'])
      expect(shown).toContain(words);
    expect(await sent('StartExecution')).toEqual([]);
    await addFault(world, {
      service: 'states',
      operation: 'StartExecution',
      kind: 'drop-after',
      count: 1,
    });

    await press('Start the execution');

    const done = await waitForText(world, 'step-restored', 'The execution succeeded');
    expect(done).toContain('s3://b/c/');
    expect(JSON.stringify(await slackLedger(world))).not.toContain('correct-horse');
    const [start, ...more] = await sent('StartExecution');
    expect(more).toEqual([]);
    expect(start).toEqual({
      stateMachineArn: machine,
      name: expect.stringMatching(/^rl-[\w-]+-restored-r1-[0-9a-f]{16}$/),
      input: JSON.stringify({ job, tier: 'silver' }),
    });
    expect((await slackLedger(world)).violations).toEqual([]);
  });

  it('shows the error and the cause of an execution that failed', async () => {
    await proposed({ ends: 'FAILED', error: 'States.TaskFailed', cause: 'no capacity in us-east-1a' });

    await press('Start the execution');

    const shown = await waitForText(world, 'step-restored', 'The state machine did not succeed');
    expect(shown).toContain('FAILED (States.TaskFailed: no capacity in us-east-1a)');
    expect(await sent('StartExecution')).toHaveLength(1);
  });

  it('that a person cancels names the execution, and stops it once that is approved too', async () => {
    await proposed({ seconds: 8_640_000 });
    await press('Start the execution');
    await waitForText(world, 'step-restored', 'is running');

    await press('Cancel…');
    const canceled = await waitForText(world, 'step-restored', 'Relight cannot take back what it has done');
    expect(canceled).toContain('is RUNNING in AWS');
    expect(await sent('StopExecution')).toEqual([]);
    await press('Stop the execution…');
    await press('Stop the execution');

    await until(
      async () => /-r1-[0-9a-f]{16} has ended\./.test(visibleText(await messageOf(world, 'step-restored'))),
      'the execution to have ended',
    );
    const [stop, ...more] = await sent('StopExecution');
    expect(more).toEqual([]);
    expect(stop).toMatchObject({
      executionArn: expect.stringMatching(/:execution:restore-training:rl-/),
      cause: expect.stringMatching(/^Canceled by people in the Relight incident rl-/),
    });
    expect(await sent('StartExecution')).toHaveLength(1);
  });

  it('is refused with one line if relight.yaml does not list the state machine', async () => {
    await world.close();
    world = await createWorld();
    await proposed({});

    const shown = await waitForText(world, 'step-restored', 'relight.yaml does not allow this state machine');
    expect(shown).toContain(machine);
    expect(await sent('StartExecution')).toEqual([]);
  });
});
