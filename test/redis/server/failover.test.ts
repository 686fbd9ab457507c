import { type Queue, Worker } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { openQueue, settings } from '../../../src/queue/watched-worker.ts';
import { type Connections, connect } from '../../../src/redis/connection.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { until } from '../../support/until.ts';

const log = createLog('silent');

/** A replica is sent the data at once, without waiting for others. */
const atOnce = ['--repl-diskless-sync-delay', '0'];

/** What Relight needs within this time of a primary at its address. */
const followMs = 10_000;

describe('the connections of Relight', () => {
  let first: TestRedis;
  let second: TestRedis;
  let address: TcpProxy;
  let connections: Connections;
  let queue: Queue;
  let worker: Worker;
  const consumed: string[] = [];

  beforeEach(async () => {
    [first, second] = await Promise.all([startRedis(atOnce), startRedis(atOnce)]);
    await replicate(second, first);
    await until(
      async () => (await second.client.info('replication')).includes('master_link_status:up'),
      'the replica',
    );
    address = await startTcpProxy(first.url);
    connections = await connect(address.url, log);
    queue = openQueue(connections.forAnswers, log, 'jobs');
    consumed.length = 0;
    worker = startWorker();
    await worker.waitUntilReady();
    await expectWork('before');
  });
  afterEach(async () => {
    await worker.close(true);
    await queue.close();
    await connections.close();
    await address.close();
    await Promise.all([first.close(), second.close()]);
  });

  function startWorker(): Worker {
    const { forWorkers } = connections;
    const started = new Worker('jobs', async (job) => void consumed.push(job.name), {
      ...settings,
      connection: forWorkers,
    });
    started.on('error', () => undefined);
    return started;
  }

  async function expectWork(name: string): Promise<void> {
    await until(
      async () => queue.add(name, {}).catch(() => undefined),
      `the job ${name} to be added`,
      followMs,
    );
    await until(() => consumed.includes(name), `the worker to take the job ${name}`, followMs);
  }

  it('leave a demoted primary that keeps its sockets, and work goes on within 10 s of the new one', async () => {
    await promote(second);
    await replicate(first, second);
    address.leadTo(second.url);

    await expectWork('after the failover');

    expect(await second.client.keys('*jobs:meta*')).not.toEqual([]);
  });

  it('follow the address within 10 s if the old primary hangs and never closes its sockets', async () => {
    await promote(second);
    first.suspend();
    address.leadTo(second.url);

    await expectWork('after the failover');
  });

  it('wait while the only server is a replica, and work goes on within 10 s of its promotion', async () => {
    await replicate(first, second);
    await until(
      async () => connections.forAnswers.set('probe', '1').then(() => undefined, String),
      'a refused write',
      followMs,
    );

    await promote(first);

    await expectWork('after the promotion');
  });

  it('take work within 10 s of a promotion if the worker was started while the server was a replica', async () => {
    await worker.close(true);
    await replicate(first, second);
    const before = await connectionsTo(first);
    worker = startWorker();
    await until(async () => (await connectionsTo(first)) > before + 1, 'the worker to try again', followMs);

    await promote(first);

    // It takes the first job without its blocking connection.
    await expectWork('after the promotion');
    await expectWork('afterwards');
  });

  it('leave a demoted primary that refuses a write inside a script', async () => {
    await promote(second);
    await replicate(first, second);
    address.leadTo(second.url);

    const script = "return redis.call('SET', KEYS[1], 'written')";
    await until(
      async () => connections.forAnswers.eval(script, 1, 'by-script').catch(() => undefined),
      'the script to write',
      followMs,
    );

    expect(await second.client.get('by-script')).toBe('written');
  });

  it('stay open while Redis is paused, and continue at once', async () => {
    const both = [connections.forAnswers, connections.forWorkers];
    const ids = async (): Promise<readonly number[]> =>
      Promise.all(both.map(async (redis) => redis.client('ID')));
    const before = await ids();
    first.suspend();
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    first.resume();

    await expectWork('after the pause');
    expect(await ids()).toEqual(before);
  });
});

async function replicate(replica: TestRedis, primary: TestRedis): Promise<void> {
  await replica.client.call('REPLICAOF', '127.0.0.1', new URL(primary.url).port);
}

/** How many connections the server has accepted since it started. */
async function connectionsTo(server: TestRedis): Promise<number> {
  return Number(/total_connections_received:(\d+)/.exec(await server.client.info('stats'))?.[1]);
}

async function promote(replica: TestRedis): Promise<void> {
  await replica.client.call('REPLICAOF', 'NO', 'ONE');
}
