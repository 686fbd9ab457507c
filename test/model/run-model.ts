import { expect } from 'vitest';
import { runSequences } from './sequences.ts';
import type { Tier } from './stack.ts';

/** All tests together: 200 sequences unless MODEL_RUNS says otherwise. */
const runs = Number(process.env['MODEL_RUNS'] ?? 200);
const tests = 3;
const { MODEL_SEED: seed, MODEL_PATH: path, MODEL_REPLAY_PATH: replayPath } = process.env;

/** Runs the sequences of a test and prints the seed, which replays them. */
export async function runModel(tier: Tier): Promise<void> {
  const ran = await runSequences(tier, Math.ceil(runs / tests), {
    seed: seed === undefined ? undefined : Number(seed),
    path,
    replayPath,
  });
  process.stdout.write(
    `${tier.name}: ${ran.sequences} sequences, ${ran.changes} changes in AWS, ${ran.clicks} clicks, seed ${ran.seed}\n`,
  );
  // Without changes, most of the invariants would hold for nothing. A replay runs only one sequence.
  if (path === undefined) expect(ran.changes).toBeGreaterThan(ran.sequences / 10);
}
