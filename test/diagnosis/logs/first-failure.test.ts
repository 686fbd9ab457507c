import { describe, expect, it } from 'vitest';
import { firstFailure } from '../../../src/diagnosis/logs/first-failure.ts';
import {
  badRow,
  eachLine,
  fullDisk,
  outOfMemory,
  progress,
  torchrunReport,
  watchdog,
  written,
} from './training-logs.ts';

const start = Date.UTC(2026, 10, 23, 3, 0);
const minute = 60_000;

describe('the error that ended a job', () => {
  it('is the last line of its traceback, with the traceback around it', () => {
    const lines = written(start, [progress, outOfMemory, progress].join('\n'));

    expect(firstFailure([{ host: 'algo-1', lines }])).toMatchObject({
      host: 'algo-1',
      at: start + 2_000,
      error: expect.stringMatching(/^torch\.OutOfMemoryError: CUDA out of memory/),
      lines: outOfMemory.split('\n'),
    });
  });

  it.each([
    [
      'that was being handled when the next one was raised',
      fullDisk,
      'OSError: [Errno 28] No space left on device',
      /^RuntimeError: \[enforce fail/,
    ],
    [
      'that was the direct cause',
      badRow,
      expect.stringMatching(/^json\.decoder\.JSONDecodeError/),
      /DatasetGenerationError/,
    ],
  ])('comes with the exception %s', (_, text, cause, error) => {
    const found = firstFailure([
      { host: 'algo-1', lines: written(start, `${progress}\n${text}\n${progress}`) },
    ]);

    expect(found).toMatchObject({ cause, error: expect.stringMatching(error) });
    expect(found?.lines).toEqual(text.split('\n'));
  });

  it('is the error of the rank that failed first, not the timeouts of the ranks that waited for it', () => {
    const first = written(start, eachLine('[rank3]: ', outOfMemory));
    const others = [0, 1, 2].flatMap((rank) =>
      written(
        start + 10 * minute,
        eachLine(
          `[rank${rank}]: `,
          `${watchdog}\nTraceback (most recent call last):\n  x\ntorch.distributed.DistBackendError: NCCL error`,
        ),
      ),
    );

    const found = firstFailure([
      { host: 'algo-1', lines: [...first, ...others, ...written(start + 11 * minute, torchrunReport(3))] },
    ]);

    expect(found).toMatchObject({ who: 'rank 3', error: expect.stringContaining('CUDA out of memory') });
    expect(found?.lines[0]).toBe('Traceback (most recent call last):');
  });

  it('is not the lost connection that another rank noticed earlier', () => {
    const lost =
      'Traceback (most recent call last):\n  x\nRuntimeError: Connection closed by peer [10.0.0.7]:33211';
    const ignored =
      'Exception ignored in: <function _after_fork>\nTraceback (most recent call last):\n  x\nValueError: y';
    const lines = [
      ...written(start, eachLine('[rank0]: ', lost)),
      ...written(start, eachLine('[rank1]: ', ignored)),
      ...written(start + 20_000, eachLine('[rank3]: ', outOfMemory)),
    ];

    expect(firstFailure([{ host: 'algo-1', lines }])).toMatchObject({ who: 'rank 3' });
  });

  it('is separated from the lines that other ranks wrote in between', () => {
    const mine = written(start, eachLine('[rank1]: ', outOfMemory));
    const theirs = written(start + 1, eachLine('[rank0]: ', `${progress}\n${progress}\n${progress}`));
    const lines = [...mine, ...theirs].toSorted((one, other) => one.at - other.at);

    expect(firstFailure([{ host: 'algo-1', lines }])?.lines).toEqual(outOfMemory.split('\n'));
  });

  it('is found on any host, and the earliest of several wins', () => {
    const logs = [
      { host: 'algo-1', lines: written(start + minute, eachLine('[1,mpirank:0,algo-1]<stderr>:', badRow)) },
      { host: 'algo-2', lines: written(start, eachLine('[1,mpirank:8,algo-2]<stderr>:', outOfMemory)) },
    ];

    expect(firstFailure(logs)).toMatchObject({ host: 'algo-2', who: 'rank 8' });
  });

  it('is the error of the rank that torchrun names if several failed at once', () => {
    const lines = [
      ...written(start, eachLine('[rank0]: ', badRow)),
      ...written(start + 2_000, eachLine('[rank2]: ', outOfMemory)),
      ...written(start + 60_000, torchrunReport(2)),
    ];

    expect(firstFailure([{ host: 'algo-1', lines }])).toMatchObject({ who: 'rank 2' });
  });

  it('is the earliest of several even if torchrun names no rank and a line has none', () => {
    const lines = [...written(start, eachLine('[rank4]: ', outOfMemory)), ...written(start + 9_000, badRow)];

    expect(firstFailure([{ host: 'algo-1', lines }])).toMatchObject({ who: 'rank 4' });
  });

  it('is the report of torchrun if a rank was killed without a message', () => {
    const found = firstFailure([
      { host: 'algo-1', lines: written(start, `${progress}\n${torchrunReport(3)}`) },
    ]);

    expect(found?.error).toMatch(/ChildFailedError/);
    expect(found?.lines.join('\n')).toContain('rank      : 3');
  });

  it('is the error that Ray forwards from its worker', () => {
    const ray = eachLine('\u001b[36m(WorkerDict pid=812, ip=10.0.0.7)\u001b[0m ', outOfMemory);
    const driver = 'ray.exceptions.RayActorError: The actor died unexpectedly before finishing this task.';

    expect(firstFailure([{ host: 'algo-1', lines: written(start, `${driver}\n${ray}`) }])).toMatchObject({
      who: 'WorkerDict pid=812',
      error: expect.stringContaining('CUDA out of memory'),
    });
  });

  it('is a line from NCCL, CUDA or the kernel if Python had no time for a traceback', () => {
    const words = 'train.py: line 3:   812 Segmentation fault      (core dumped)';
    const found = firstFailure([
      { host: 'algo-1', lines: written(start, `${progress}\n${words}\n${progress}`) },
    ]);

    expect(found).toMatchObject({ error: words });
    expect(found?.lines).toHaveLength(5);
  });

  it('is not an error from an hour earlier that the script survived', () => {
    const lines = [
      ...written(start - 60 * minute, outOfMemory),
      ...written(start, `${progress}\nERROR: no more data`),
    ];

    expect(firstFailure([{ host: 'algo-1', lines }])?.error).toBe('ERROR: no more data');
  });

  it('is undefined for a log without errors', () => {
    expect(firstFailure([{ host: 'algo-1', lines: written(start, progress) }])).toBeUndefined();
    expect(firstFailure([])).toBeUndefined();
  });
});
