import { createClients } from '../src/aws/clients.ts';
import { createCheckpoints } from '../src/aws/s3/checkpoints.ts';
import { createLog } from '../src/log.ts';
import { findCheckpoint } from '../src/playbooks/actions/find-checkpoint.ts';
import { validateCheckpoint } from '../src/playbooks/actions/validate-checkpoint.ts';
import type { ActionPorts } from '../src/playbooks/define/action-ports.ts';
import { Again } from '../src/ports/step-output.ts';
import { ended } from '../test/support/a-training-run.ts';
import { aJob, fakePorts } from '../test/support/fake-ports.ts';
import { atMost, below, type Figure, median } from './figures.ts';
import { bytesIn } from './stand-in/bucket.ts';
import { largeCheckpoints } from './stand-in/checkpoint-buckets.ts';
import type { StandIn } from './stand-in/start.ts';

/** A typical S3 latency within a Region. */
const s3DelayMs = 30;

interface Measurement {
  readonly seconds: number;
  readonly findRequests: number;
  readonly validateRequests: number;
  readonly bytes: number;
  readonly grade: string;
}

/** Finds and validates checkpoints through the real AWS client, for a training job that exists only in this process. */
export async function benchCheckpoints(
  standIn: StandIn,
  gigabytes: number,
  rounds: number,
): Promise<Figure[]> {
  const clients = createClients({ pathStyle: true });
  const checkpoints = createCheckpoints(clients.s3, createLog('warn'));
  const measureRounds = async (bucket: string, delayMs = 0): Promise<Measurement> => {
    const all: Measurement[] = [];
    for (let round = 0; round < rounds; round += 1)
      all.push(await measureOnce(standIn, checkpoints, bucket, delayMs));
    return medianOf(all);
  };
  try {
    const large = await measureRounds('large');
    const far = await measureRounds('large', s3DelayMs);
    const many = await measureRounds('many');
    return [...largeFigures(large, far, gigabytes), ...manyFigures(many)];
  } finally {
    clients.close();
  }
}

/** Only the time differs between rounds. */
function medianOf(all: readonly Measurement[]): Measurement {
  const [first] = all;
  if (first === undefined) throw new RangeError('no rounds were run');
  return { ...first, seconds: median(all.map(({ seconds }) => seconds)) };
}

async function measureOnce(
  standIn: StandIn,
  checkpoints: ActionPorts['checkpoints'],
  bucket: string,
  delayMs: number,
): Promise<Measurement> {
  const ports = { ...fakePorts(), checkpoints };
  const job = aJob({ name: bucket, checkpointUri: `s3://${bucket}/` });
  ports.training.put(job);
  await standIn.reset(delayMs);
  const started = performance.now();
  const found = await findCheckpoint.run({ job: bucket, rpoMinutes: 30 }, ports);
  const findRequests = sum((await standIn.counts()).requests);
  if (found instanceof Again) throw new Error(`find-checkpoint asked to run again: ${found.note}`);
  const { folders } = found;
  const verdict = await validateCheckpoint.run(
    { job: bucket, folders, trainedUntil: ended, rpoMinutes: 30 },
    ports,
  );
  const seconds = (performance.now() - started) / 1_000;
  if (verdict instanceof Again) throw new Error(`validate-checkpoint wants to look again: ${verdict.note}`);
  const { requests, bytes } = await standIn.counts();
  return {
    seconds,
    findRequests,
    validateRequests: sum(requests) - findRequests,
    bytes,
    grade: verdict.chosen.grade,
  };
}

function sum(requests: Readonly<Record<string, number>>): number {
  return Object.values(requests).reduce((all, one) => all + one, 0);
}

function largeFigures(near: Measurement, far: Measurement, gigabytes: number): Figure[] {
  // The bucket has three checkpoints of the same size, and only the newest one is read.
  const all = bytesIn(largeCheckpoints(gigabytes)) / 3;
  const what = `checkpoint of ${Math.round(all / 1e9)} GB`;
  return [
    { what: `${what}: grade`, value: near.grade, met: near.grade === 'valid', fixed: true, goal: 'valid' },
    atMost(`${what}: requests to find and validate it`, near.findRequests + near.validateRequests, 60),
    { what: `${what}: bytes read`, value: `${(near.bytes / 1e6).toFixed(2)} MB` },
    below(`${what}: share of its bytes`, (near.bytes / all) * 100, 0.1, '%', 'fixed'),
    below(`${what}: time`, near.seconds, 3, 's', 'machine'),
    { what: `${what}: time with ${s3DelayMs} ms S3 latency`, value: `${far.seconds.toFixed(2)} s` },
  ];
}

function manyFigures(many: Measurement): Figure[] {
  const what = '1,000 checkpoints of 1,000 objects';
  return [
    // One page of 1,000 folders and one page of the newest folder's 1,000 objects; each list may need one more page.
    atMost(`${what}: requests to find the newest`, many.findRequests, 4),
    atMost(`${what}: requests to validate it`, many.validateRequests, 30),
    below(`${what}: time`, many.seconds, 3, 's', 'machine'),
  ];
}
