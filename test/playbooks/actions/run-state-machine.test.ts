import { beforeEach, describe, expect, it } from 'vitest';
import { runStateMachine } from '../../../src/playbooks/actions/run-state-machine.ts';
import { Again } from '../../../src/playbooks/define.ts';
import type { JsonObject } from '../../../src/ports/ports.ts';
import type { Execution } from '../../../src/ports/state-machines/state-machines.ts';
import { tokenFor } from '../../support/a-token.ts';
import { type FakePorts, fakePorts, firstTry } from '../../support/fake-ports.ts';
import { aMachine } from '../../support/fake-state-machines.ts';

const input = { stateMachine: aMachine, input: { job: 'job-1', options: { from: 'checkpoint-1300' } } };

describe('run-state-machine', () => {
  let ports: FakePorts;
  beforeEach(() => {
    ports = fakePorts();
  });

  const preview = async (changes: object = {}): ReturnType<typeof runStateMachine.preview> =>
    runStateMachine.preview({ ...input, ...changes }, ports, firstTry);

  /** What the step returns once its execution has ended like this. */
  async function ended(changes: Partial<Execution>): ReturnType<typeof runStateMachine.run> {
    const proposal = await preview();
    const run = async (): ReturnType<typeof runStateMachine.run> =>
      runStateMachine.run(proposal, input, ports, tokenFor(firstTry, proposal.request));
    expect(await run()).toBeInstanceOf(Again);
    ports.stateMachines.end({ endedAt: 91_000, ...changes });
    return run();
  }

  it('shows the ARN, the name and each field of the input, and says that the cost is unknown', async () => {
    const { differences, terms, request, warnings } = await preview();

    expect(differences).toEqual([
      { field: 'stateMachineArn', after: aMachine },
      { field: 'name', after: 'i-1-resumed-r1-0123456789abcdef' },
      { field: 'input.job', after: 'job-1' },
      { field: 'input.options.from', after: 'checkpoint-1300' },
    ]);
    expect(terms?.price).toContain('unknown');
    expect(warnings).toHaveLength(1);
    expect(runStateMachine.sends?.({ request }, tokenFor(firstTry, request))).toEqual([
      { operation: 'StartExecution', input: request },
    ]);
  });

  it.each<[string, object, object, string, string]>([
    ['relight.yaml lists no ARN', { allowed: [] }, {}, 'machine-not-allowed', 'state_machines'],
    [
      'a version is asked for and only the state machine is listed',
      {},
      { stateMachine: `${aMachine}:7` },
      'machine-not-allowed',
      ':7',
    ],
    [
      'it is express',
      { described: { type: 'EXPRESS', status: 'ACTIVE' } },
      {},
      'machine-unusable',
      'STANDARD state machines only',
    ],
    [
      'it is being deleted',
      { described: { type: 'STANDARD', status: 'DELETING' } },
      {},
      'machine-unusable',
      'deleted',
    ],
    ['AWS has none', { described: undefined }, {}, 'machine-unusable', 'AWS has no'],
    [
      'it is named without its ARN',
      {},
      { stateMachine: 'restore-training' },
      'machine-unusable',
      'not the ARN',
    ],
    [
      'the input is larger than AWS allows',
      {},
      { input: { text: 'ü'.repeat(131_072) } },
      'machine-unusable',
      '262144',
    ],
    [
      'the input holds a secret',
      {},
      { input: { password: 'correct-horse-battery' } },
      'machine-unusable',
      'secret',
    ],
  ])('is refused before anybody is asked if %s', async (_, machines, changes, code, words) => {
    Object.assign(ports.stateMachines, machines);

    await expect(preview(changes)).rejects.toMatchObject({
      code,
      detail: expect.stringContaining(words),
    });
  });

  it('freezes the revision of the state machine, but none for a version, which never changes', async () => {
    ports.stateMachines.described = { type: 'STANDARD', status: 'ACTIVE', revision: 'r-1' };
    ports.stateMachines.allowed = [aMachine, `${aMachine}:7`];

    expect((await preview()).request['revision']).toBe('r-1');
    expect((await preview({ stateMachine: `${aMachine}:7` })).request).not.toHaveProperty('revision');
  });

  it('warns that an alias decides which version runs', async () => {
    ports.stateMachines.allowed = [`${aMachine}:7`, `${aMachine}:live`];

    expect((await preview({ stateMachine: `${aMachine}:live` })).warnings.join()).toContain('The alias live');
    expect((await preview({ stateMachine: `${aMachine}:7` })).warnings.join()).not.toContain('alias');
  });

  it('follows the execution to its end, starts it once, and returns its output', async () => {
    expect(await ended({ status: 'SUCCEEDED', output: '{"checkpoint":"s3://b/c/"}' })).toEqual({
      execution: expect.stringMatching(/:execution:restore-training:i-1-resumed-r1-0123456789abcdef$/),
      status: 'SUCCEEDED',
      output: '{"checkpoint":"s3://b/c/"}',
      cut: false,
      startedAt: 1_000,
      endedAt: 91_000,
    });
    expect(ports.stateMachines.starts).toHaveLength(1);
  });

  it('keeps the beginning of a large output, without its secrets', async () => {
    const output = JSON.stringify({ password: 'correct-horse-battery', text: 'ü'.repeat(100_000) });

    const kept = await ended({ status: 'SUCCEEDED', output });

    expect(kept).toMatchObject({ cut: true });
    const { output: text = '' } = 'output' in kept ? kept : {};
    expect(Buffer.byteLength(text)).toBeGreaterThan(4_000);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096);
    expect(text).toMatch(/ü$/);
    expect(JSON.stringify(kept)).not.toContain('correct-horse');
  });

  it('waits for an execution that AWS will redrive', async () => {
    expect(await ended({ status: 'PENDING_REDRIVE' })).toMatchObject({
      note: expect.stringContaining('waits until AWS redrives it'),
    });
  });

  it.each(['FAILED', 'TIMED_OUT', 'ABORTED'])(
    'fails with the error and the cause if it %s',
    async (status) => {
      await expect(
        ended({
          status,
          error: 'States.TaskFailed',
          cause: 'no\n  capacity, password=correct-horse-battery',
        }),
      ).rejects.toMatchObject({
        code: 'execution-failed',
        retry: false,
        detail: expect.stringMatching(
          new RegExp(`is ${status} \\(States\\.TaskFailed: no capacity, password=\\[redacted\\]`),
        ),
      });
    },
  );

  it('refuses a second execution beside one of an earlier attempt, and names one that has ended', async () => {
    const first: JsonObject = (await preview()).request;
    await runStateMachine.run(
      { headline: '', request: first, differences: [], warnings: [] },
      input,
      ports,
      tokenFor(firstTry, first),
    );
    const second = { ...firstTry, attempt: 2, id: 'fedcba9876543210', earlier: [firstTry.id] };

    await expect(runStateMachine.preview(input, ports, second)).rejects.toMatchObject({
      code: 'execution-running',
    });
    ports.stateMachines.end({ status: 'SUCCEEDED' });

    const { warnings } = await runStateMachine.preview(input, ports, second);
    expect(warnings.join()).toMatch(/earlier attempt already ran: .*0123456789abcdef SUCCEEDED/);
  });
});
