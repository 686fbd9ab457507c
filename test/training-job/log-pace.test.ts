import { describe, expect, it } from 'vitest';
import { logPace } from '../../src/training-job/log-pace.ts';

/** Lines with their times in seconds. */
function lines(...list: readonly (readonly [second: number, text: string])[]) {
  return list.map(([second, text]) => ({ at: second * 1_000, text }));
}

describe('the pace of a training job', () => {
  it('comes from the times of the logged steps', () => {
    expect(
      logPace(
        lines(
          [0, "{'loss': 2.1, 'step': 1000}"],
          [600, "{'loss': 2.0, 'step': 1100}"],
          [1_200, "{'loss': 1.9, 'step': 1200}"],
        ),
      ),
    ).toEqual({ lastStep: 1_200, secondsPerStep: 6, logEveryMinutes: 10 });
  });

  it('ignores the progress bar of an evaluation', () => {
    expect(
      logPace(
        lines(
          [0, ' 50%|█████     | 1000/2000 [10:00<10:00,  1.00s/it]'],
          [100, ' 55%|█████▌    | 1100/2000 [11:40<09:00,  1.00s/it]'],
          [110, ' 25%|██▌       | 5/20 [00:01<00:03,  5.00it/s]'],
          [114, '100%|██████████| 20/20 [00:04<00:00,  5.00it/s]'],
        ),
      ),
    ).toEqual({ lastStep: 1_100, secondsPerStep: 1, logEveryMinutes: 100 / 60 });
  });

  it('counts each step once, though every rank logs it', () => {
    const ranks = [0, 30, 60].flatMap((second) =>
      [0, 1, 2, 3].map((rank) => [second, `[rank${rank}]: global_step=${second / 3}`] as const),
    );
    expect(logPace(lines(...ranks))).toMatchObject({ lastStep: 20, secondsPerStep: 3, logEveryMinutes: 0.5 });
  });

  it('is that of the last start, because the steps before it may be repeated', () => {
    expect(
      logPace(
        lines([0, 'global_step=5'], [10, 'global_step=90'], [500, 'global_step=50'], [520, 'global_step=60']),
      ),
    ).toMatchObject({ lastStep: 60, secondsPerStep: 2 });
  });

  it('is unknown for an installer that numbers its own steps', () => {
    expect(
      logPace(lines([0, 'Step 1: install'], [5, 'Step 2: configure'], [9, 'Step 3: done'])),
    ).toBeUndefined();
  });

  it('has no rate if there is one step, or if the lines have no times', () => {
    expect(logPace(lines([0, 'global_step=5'], [0, 'global_step=90']))).toEqual({ lastStep: 90 });
    expect(logPace(lines([0, 'global_step=5']))).toBeUndefined();
    expect(logPace([])).toBeUndefined();
  });
});
