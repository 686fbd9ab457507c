import { Queue } from 'bullmq';
import { afterEach, describe, expect, it } from 'vitest';
import { queues } from '../../src/queue/jobs.ts';
import { keyPrefix } from '../../src/redis/keys.ts';
import { addFault, failJob } from '../support/aws-ledger.ts';
import { type CollectedSpan, type Collector, startCollector } from '../support/collector.ts';
import { payloads } from '../support/proofs.ts';
import { click, lead, waitForButton, waitForRecovery, waitForText } from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

const launch = 'SageMaker.CreateTrainingJob';

describe('the traces of Relight', () => {
  let world: World;
  let collector: Collector | undefined;

  afterEach(async () => {
    await world.close();
    await collector?.close();
    collector = undefined;
  });

  /** A bot and a worker that export to the collector, and a request that waits for its approval. */
  async function proposed(spans: Collector): Promise<Awaited<ReturnType<typeof waitForButton>>> {
    world = await createWorld();
    const { environment } = spans;
    await Promise.all([world.start('bot', { environment }), world.start('worker', { environment })]);
    await failJob(world, goldJob, 'spot-interruption');
    return waitForButton(world, 'step-resumed', 'Resume training');
  }

  it('follow one click in one trace: from Slack in the bot, to the job in the worker, to CreateTrainingJob, and back to the thread', async () => {
    collector = await startCollector();
    const button = await proposed(collector);

    await click(world, lead, button);
    await waitForRecovery(world);

    const { spans } = collector;
    const [called, job, clicked, ...above] = await path(collector, launch);
    const ids = { 'relight.incident': button.value.split('.')[0], 'relight.step': 'resumed' };
    expect(called).toMatchObject({
      resource: { 'service.name': 'relight', 'relight.role': 'worker' },
      attributes: {
        'rpc.service': 'SageMaker',
        'rpc.method': 'CreateTrainingJob',
        'http.response.status_code': 200,
        'aws.attempts': 1,
      },
      error: undefined,
    });
    expect(job).toMatchObject({
      name: `job ${queues.steps}`,
      resource: { 'relight.role': 'worker' },
      attributes: {
        ...ids,
        'relight.playbook': 'spot-interruption',
        'relight.attempt': 1,
        'relight.phase': 'change',
      },
    });
    expect(clicked).toMatchObject({
      name: 'slack button',
      resource: { 'relight.role': 'bot' },
      attributes: { ...ids, 'relight.name': 'relight_approve' },
      parent: '',
    });
    expect(above).toEqual([]);
    const shown = await until(() => {
      const updates = spans().filter(
        ({ name, trace }) => name === 'slack chat.update' && trace === called?.trace,
      );
      const paths = updates.map((span) => ancestors(spans(), span).map(({ name }) => name));
      return paths.find((names) => names.includes(`job ${queues.steps}`) && names.includes('slack button'));
    }, 'the span of the call that shows the result');
    expect(shown[0]).toBe(`job ${queues.messages}`);
  });

  it('record a call that AWS refuses as an error, with the name that AWS gives it and the code of Relight', async () => {
    collector = await startCollector();
    const button = await proposed(collector);
    const refusal = { service: 'sagemaker', operation: 'CreateTrainingJob', kind: 'access-denied', count: 1 };
    await addFault(world, refusal as Parameters<typeof addFault>[1]);

    await click(world, lead, button);
    await waitForText(world, 'step-resumed', 'AWS denies');

    const [refused, job] = await path(collector, launch);
    expect(refused).toMatchObject({
      error: 'aws-denied',
      attributes: {
        'relight.error.code': 'aws-denied',
        'error.type': 'AccessDeniedException',
        'http.response.status_code': 400,
      },
    });
    expect(job).toMatchObject({ name: `job ${queues.steps}`, error: 'aws-denied' });
  });

  it('believe no context in Redis that is forged or damaged: such a job runs, and begins a trace of its own', async () => {
    collector = await startCollector();
    world = await createWorld();
    await world.start('all', { environment: collector.environment });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const proven = payloads.prove('trace', { traceparent });
    const contexts: readonly unknown[] = [
      JSON.stringify({ traceparent }),
      JSON.stringify({ ...proven, mac: 'AAAA' }),
      JSON.stringify({ ...proven, traceparent: traceparent.replace(/01$/, '00') }),
      JSON.stringify(payloads.prove(queues.messages, { traceparent })),
      JSON.stringify(payloads.prove('trace', { traceparent: '00-1-2-01' })),
      '{"traceparent":',
      'null',
      'x'.repeat(100_000),
      42,
      { traceparent },
      JSON.stringify(proven),
    ];
    const queue = new Queue(queues.messages, {
      connection: { url: world.redis.url },
      prefix: keyPrefix,
      skipVersionCheck: true,
    });
    for (const [number, metadata] of contexts.entries())
      await queue.add('deliver', payloads.prove(queues.messages, { incident: `rl-context-${number}` }), {
        telemetry: { metadata: metadata as string },
      });
    await queue.close();

    const { spans } = collector;
    const jobs = await until(() => {
      const found = contexts.map((_, number) =>
        spans().find(({ attributes }) => attributes['relight.incident'] === `rl-context-${number}`),
      );
      return found.every((span) => span !== undefined) && found;
    }, 'the spans of all jobs');
    const [last, ...others] = jobs.toReversed();
    expect(others.map((span) => span.parent)).toEqual(others.map(() => ''));
    // The last one is proven, so the others were refused for what is wrong with them.
    expect(last).toMatchObject({ parent: 'b7ad6b7169203331', trace: '0af7651916cd43dd8448eb211c80319c' });
  });
});

/** The span with this name and those above it, once the collector has all of them. */
async function path({ spans }: Collector, name: string): Promise<readonly CollectedSpan[]> {
  return until(() => {
    const span = spans().find((one) => one.name === name);
    const found = span === undefined ? [] : [span, ...ancestors(spans(), span)];
    return found.at(-1)?.parent === '' && found;
  }, `the span ${name} and those above it`);
}

/** The parent of a span, its parent, and so on up to the first one. */
function ancestors(spans: readonly CollectedSpan[], span: CollectedSpan): readonly CollectedSpan[] {
  const parent = spans.find(({ id, trace }) => id === span.parent && trace === span.trace);
  return parent === undefined ? [] : [parent, ...ancestors(spans, parent)];
}
