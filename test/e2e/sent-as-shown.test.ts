import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stillOpen } from '../../src/ports/calls.ts';
import { awsLedger, failJob } from '../support/aws-ledger.ts';
import { type ReadCall, type ReadRequest, readRequest } from '../support/request-pages.ts';
import { click, lead, waitForButton, waitForRecovery } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, postJson, type World } from '../support/world.ts';

const bucket = '/srl-rlvr-training/';

/** Compares the request shown in Slack before the approval with the calls that the region committed after it. */
describe('the request that a person reads page by page in Slack is exactly what AWS gets', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
    await world.start('all');
  });
  afterEach(async () => world.close());

  /** Every change in the training bucket or in SageMaker. The audit vault has a separate bucket. */
  async function sent(): Promise<Sent[]> {
    const { calls } = await awsLedger(world);
    return calls.flatMap(({ service, operation, request }) => {
      const { path, source } = request as { readonly path?: string; readonly source?: string };
      const counts = service === 'sagemaker' || (service === 's3' && path?.startsWith(bucket) === true);
      return counts ? [{ operation, request, path, source }] : [];
    });
  }

  async function sentByApproving(key: string, label: string): Promise<{ read: ReadRequest; calls: Sent[] }> {
    const button = await waitForButton(world, key, label);
    const read = await readRequest(world, button);
    const before = (await sent()).length;
    await click(world, lead, button);
    const last = read.calls.at(-1)?.operation;
    await until(
      async () => (await sent()).slice(before).some(({ operation }) => operation === last),
      `${last}`,
    );
    return { read, calls: (await sent()).slice(before) };
  }

  it('for a launch from a copied checkpoint: CreateTrainingJob verbatim, and every copied or written file matches its pattern', async () => {
    await postJson(`${world.region.url}/_sandbox/fail`, { job: goldJob, kind: 'out-of-memory' });

    const { read, calls } = await sentByApproving('step-retried', 'Retry with this batch');
    await waitForRecovery(world);

    const launch = read.calls.find(({ operation }) => operation === 'CreateTrainingJob');
    const approved = JSON.stringify(launch?.input).replaceAll(stillOpen, lead);
    expect(calls.find(({ operation }) => operation === 'CreateTrainingJob')?.request).toEqual(
      JSON.parse(approved),
    );
    expect(read.intro).toContain('CreateTrainingJob is sent exactly as shown');
    expect(read.intro).toContain('CopyObject and PutObject are patterns');
    const copied = calls.filter(({ operation }) => operation !== 'CreateTrainingJob');
    expectByPattern(copied, read.calls);
    const shown = Number(/each of the (\d+) files/.exec(JSON.stringify(read.calls))?.[1]);
    expect(copied).toHaveLength(shown);
    expect(copied.some(({ operation }) => operation === 'PutObject')).toBe(true);
  });

  it('for a data fix: only objects that match the pattern, and no more than stated', async () => {
    await failJob(world, goldJob, 'data');

    const button = await waitForButton(world, 'step-fixed', 'Fix the data');
    const read = await readRequest(world, button);
    const before = (await sent()).length;
    await click(world, lead, button);
    await waitForButton(world, 'step-retried', 'Retry with the fixed data');

    const calls = (await sent()).slice(before);
    expect(read.intro).toContain('PutObject is a pattern');
    expect(read.intro).not.toContain('exactly');
    expectByPattern(calls, read.calls);
    expect(calls.length).toBeGreaterThan(1);
    const max = Number(/at most (\d+) times/.exec(JSON.stringify(read.calls))?.[1]);
    expect(calls.length).toBeLessThanOrEqual(max);
  });
});

interface Sent {
  readonly operation: string;
  readonly request: object;
  readonly path: string | undefined;
  readonly source: string | undefined;
}

function expectByPattern(calls: readonly Sent[], patterns: readonly ReadCall[]): void {
  for (const { operation, path = '', source = '' } of calls) {
    const pattern = patterns.find((one) => one.operation === operation && one.repeats !== '');
    const text = (field: string): string => String(pattern?.input[field]).replace(/…$/, '');
    expect(pattern, `${operation} ${path} is not in the request`).toBeDefined();
    expect(path).toMatch(startingWith(`/${text('Bucket')}/${text('Key')}`));
    if (operation === 'CopyObject')
      expect(decodeURIComponent(source)).toMatch(startingWith(text('CopySource')));
  }
}

function startingWith(start: string): RegExp {
  return new RegExp(`^/?${start.replace(/^\//, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}.`);
}
