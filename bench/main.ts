import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, minute } from '../test/support/a-training-run.ts';
import { buildRelight } from './build.ts';
import { benchCheckpoints } from './checkpoints.ts';
import { contenders, shortContenders } from './contenders.ts';
import { benchQueue } from './data-on-the-queue.ts';
import type { Figure } from './figures.ts';
import { machineRows } from './machine.ts';
import { inMarkdown } from './report.ts';
import { type StandIn, startStandIn } from './stand-in/start.ts';
import { benchTrainingData, type Prepared } from './training-data.ts';
import { forms, writeData } from './write-data.ts';

const short = process.argv.includes('--short');
/** Checkpoints are generated on demand, so their size costs nothing. */
const checkpointGigabytes = 140;
const data = short
  ? { bytes: 20e6, rounds: 1, contenders: shortContenders }
  : { bytes: 500e6, rounds: 3, contenders };

// Read now, because the benchmark itself changes the load.
const machine = machineRows();
const folder = mkdtempSync(join(tmpdir(), 'relight-bench-'));
try {
  finish(await bench());
} finally {
  rmSync(folder, { recursive: true });
}

async function bench(): Promise<Figure[]> {
  const prepared = prepare(buildRelight());
  const standIn = await startStandIn({
    data: folder,
    checkpointGigabytes,
    modifiedAt: ended - 5 * minute,
  });
  try {
    pointAt(standIn);
    const checkpoints = await benchCheckpoints(standIn, checkpointGigabytes, data.rounds);
    return [
      ...checkpoints,
      ...(await benchTrainingData(prepared, data.contenders, data.rounds)),
      ...(await benchQueue(prepared, data.rounds)),
    ];
  } finally {
    standIn.stop();
  }
}

function prepare(relight: string): Prepared[] {
  return forms.map((form) => {
    const file = join(folder, form.name, 'train.jsonl');
    return { form, file, relight, written: writeData(file, form, data.bytes / forms.length) };
  });
}

/** Configures the AWS SDK of this process and of its child processes. */
function pointAt({ endpoint }: StandIn): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    RELIGHT_CONFIG: '',
  });
}

/** The short form runs on every change: it requires only goals that do not depend on the machine, and writes no file. */
function finish(figures: readonly Figure[]): void {
  const page = inMarkdown(figures, machine, `npm run bench${short ? ' -- --short' : ''}`);
  process.stdout.write(page);
  if (!short) writeFileSync(new URL('results.md', import.meta.url), page);
  const missed = figures.filter(({ met, fixed }) => met === false && (fixed === true || !short));
  for (const { what, value, goal } of missed)
    process.stderr.write(`missed: ${what}: ${value}, not ${goal}\n`);
  if (short && missed.length > 0) process.exitCode = 1;
}
