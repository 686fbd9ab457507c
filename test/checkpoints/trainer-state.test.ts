import { describe, expect, it } from 'vitest';
import type { FormatCheck } from '../../src/checkpoints/formats/check.ts';
import { RangedFile, readLimit } from '../../src/checkpoints/formats/ranged-file.ts';
import { checkTrainerState } from '../../src/checkpoints/formats/trainer-state.ts';
import { lfsPointer, seedFile, textBytes } from '../support/checkpoint-files.ts';

let read = 0;

async function check(content: Uint8Array | string, step: number): Promise<FormatCheck> {
  const bytes = typeof content === 'string' ? textBytes(content) : content;
  read = 0;
  const file = new RangedFile('trainer_state.json', bytes.length, async (start, length) => {
    read += length;
    return bytes.slice(start, start + length);
  });
  return checkTrainerState(file, step);
}

/** The Trainer's format: sorted keys, two spaces. */
function state(globalStep: number, entries: number): string {
  const log_history = Array.from({ length: entries }, (_, index) => ({
    loss: 0.25,
    reward: 0.5,
    step: index + 1,
  }));
  const callbacks = { TrainerControl: { args: { should_save: true }, attributes: {} } };
  return `${JSON.stringify({ best_metric: null, global_step: globalStep, log_history, max_steps: 90_000, stateful_callbacks: callbacks, trial_params: null }, null, 2)}\n`;
}

describe('trainer_state.json', () => {
  it('is valid if a real run wrote it in the folder of its step', async () => {
    expect(await check(seedFile('trainer_state.json'), 2)).toEqual({ problems: [] });
  });

  it('is invalid if its step differs from that of its folder', async () => {
    expect((await check(seedFile('trainer_state.json'), 1300)).problems).toEqual([
      'says global_step 2, its folder says 1,300',
    ]);
  });

  it('is invalid if it was truncated, is empty, or is a Git LFS pointer', async () => {
    expect((await check(seedFile('trainer_state.json').subarray(0, 1000), 2)).problems).toEqual([
      'was truncated or damaged: its 1,000 bytes are not complete JSON',
    ]);
    expect((await check('', 2)).problems).toEqual(['is empty (0 bytes)']);
    expect((await check(lfsPointer, 2)).problems[0]).toMatch(/Git LFS pointer/);
  });

  it('may contain the NaN and Infinity that Python writes, next to the same words in a string', async () => {
    const text =
      '{"global_step": 7, "note": "NaN \\" Infinity", "log_history": [{"loss": NaN, "grad_norm": -Infinity, "step": 7}]}';
    expect(await check(text, 7)).toEqual({ problems: [] });
  });

  it('is invalid if its log continues after the checkpoint', async () => {
    expect((await check(state(10, 12), 10)).problems).toEqual(['logged step 12, after its global_step 10']);
  });

  it('is invalid if its step is not an integer', async () => {
    expect((await check('{"global_step": "2"}', 2)).problems).toEqual(['has no integer global_step']);
  });

  it('is read only at both ends if a long run logged megabytes', async () => {
    const long = state(40_000, 40_000);
    expect(long.length).toBeGreaterThan(2 * readLimit);
    expect(await check(long, 40_000)).toEqual({ problems: [] });
    expect(read).toBeLessThanOrEqual(readLimit);
  });

  it('is checked the same whether long or short: another step, a late log, truncation anywhere', async () => {
    const long = state(40_000, 40_000);
    expect((await check(long, 39_000)).problems).toEqual(['says global_step 40,000, its folder says 39,000']);
    expect((await check(state(39_000, 40_000), 39_000)).problems).toEqual([
      'logged step 40,000, after its global_step 39,000',
    ]);
    for (const kept of [
      long.length - 2,
      long.length - 60,
      long.length - 300,
      long.length - 5_000,
      long.lastIndexOf('},') + 1,
    ])
      expect((await check(long.slice(0, kept), 40_000)).problems[0], `${kept}`).toMatch(/^was truncated/);
  });
});
