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

/** As far as a bucket in the same Region is, mostly. */
const s3DelayMs = 30;

interface Looked {
  readonly seconds: number;
  readonly findRequests: number;
  readonly validateRequests: number;
  readonly bytes: number;
  readonly grade: string;
}

/** Finds and validates over the real AWS client, with a training job that only this process knows. */
export async function benchCheckpoints(
  standIn: StandIn,
  gigabytes: number,
  rounds: number,
): Promise<Figure[]> {
  const clients = createClients({ pathStyle: true });
  const checkpoints = createCheckpoints(clients.s3, createLog('warn'));
  const looks = async (bucket: string, delayMs = 0): Promise<Looked> => {
    const all: Looked[] = [];
    for (let round = 0; round < rounds; round += 1)
      all.push(await look(standIn, checkpoints, bucket, delayMs));
    return middleOf(all);
  };
  try {
    const large = await looks('large');
    const far = await looks('large', s3DelayMs);
    const many = await looks('many');
    return [...largeFigures(large, far, gigabytes), ...manyFigures(many)];
  } finally {
    clients.close();
  }
}

/** All but the time is the same in every round. */
function middleOf(all: readonly Looked[]): Looked {
  const [first] = all;
  if (first === undefined) throw new RangeError('there were no rounds');
  return { ...first, seconds: median(all.map(({ seconds }) => seconds)) };
}

async function look(
  standIn: StandIn,
  checkpoints: ActionPorts['checkpoints'],
  bucket: string,
  delayMs: number,
): Promise<Looked> {
  const ports = { ...fakePorts(), checkpoints };
  const job = aJob({ name: bucket, checkpointUri: `s3://${bucket}/` });
  ports.training.put(job);
  await standIn.reset(delayMs);
  const started = performance.now();
  const found = await findCheckpoint.run({ job: bucket, rpoMinutes: 30 }, ports);
  const findRequests = sum((await standIn.counts()).requests);
  if (found instanceof Again) throw new Error(`find-checkpoint wants to look again: ${found.note}`);
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

function largeFigures(near: Looked, far: Looked, gigabytes: number): Figure[] {
  // The bucket holds three checkpoints of the same size; the newest is the one that is read.
  const all = bytesIn(largeCheckpoints(gigabytes)) / 3;
  const what = `checkpoint of ${Math.round(all / 1e9)} GB`;
  return [
    { what: `${what}: grade`, value: near.grade, met: near.grade === 'valid', fixed: true, goal: 'valid' },
    atMost(`${what}: requests to find and validate it`, near.findRequests + near.validateRequests, 60),
    { what: `${what}: bytes read`, value: `${(near.bytes / 1e6).toFixed(2)} MB` },
    below(`${what}: share of its bytes`, (near.bytes / all) * 100, 0.1, '%', 'fixed'),
    below(`${what}: time`, near.seconds, 3, 's', 'machine'),
    { what: `${what}: time when S3 answers after ${s3DelayMs} ms`, value: `${far.seconds.toFixed(2)} s` },
  ];
}

function manyFigures(many: Looked): Figure[] {
  const what = '1,000 checkpoints of 1,000 objects';
  return [
    // One page of a thousand folders, one of the newest one's thousand objects, and each may need one more to end.
    atMost(`${what}: requests to find the newest`, many.findRequests, 4),
    atMost(`${what}: requests to validate it`, many.validateRequests, 30),
    below(`${what}: time`, many.seconds, 3, 's', 'machine'),
  ];
}
