import { beforeEach, describe, expect, it } from 'vitest';
import { OpsError } from '../../../src/errors.ts';
import { readTrainingLogs } from '../../../src/playbooks/actions/read-training-logs.ts';
import type { ActionPorts } from '../../../src/playbooks/define/action-ports.ts';
import { Again, type Report } from '../../../src/ports/step-output.ts';
import {
  eachLine,
  fullDisk,
  outOfMemory,
  progress,
  watchdog,
  written,
} from '../../diagnosis/logs/training-logs.ts';
import { ended, minute } from '../../support/a-training-run.ts';
import { type FakePorts, failedJob, fakePorts } from '../../support/fake-ports.ts';

describe('reading the logs of a failed job', () => {
  let ports: FakePorts;

  beforeEach(() => {
    ports = fakePorts();
  });

  async function read(
    other: Partial<ActionPorts> = {},
  ): Promise<{ report: Report; files: readonly { sha256: string }[] }> {
    const output = await readTrainingLogs.run({ job: failedJob }, { ...ports, ...other });
    if (output instanceof Again) throw new Error('it is not to wait');
    return { report: readTrainingLogs.report(readTrainingLogs.output.parse(output)), files: output.files };
  }

  function kept(files: readonly { sha256: string }[]): string {
    return new TextDecoder().decode(ports.files.kept.get(files[0]?.sha256 ?? ''));
  }

  it('names the rank and host that failed first, and stores the error', async () => {
    ports.logs.hosts.set(failedJob, {
      'algo-1': written(ended - minute, eachLine('[rank0]: ', `${progress}\n${watchdog}`)),
      'algo-2': written(ended - 11 * minute, eachLine('[rank9]: ', `${progress}\n${fullDisk}`)),
    });

    const { report, files } = await read();

    expect(report.headline).toMatch(/^RuntimeError: \[enforce fail/);
    expect(report.facts).toEqual([
      { label: 'Where', value: 'rank 9 on algo-2' },
      { label: 'When', value: '2026-11-23 03:03 UTC' },
      { label: 'Caused by', value: 'OSError: [Errno 28] No space left on device' },
      { label: 'Read', value: 'the last 18 lines of 2 hosts' },
    ]);
    expect(report.lines?.at(-1)).toBe(fullDisk.split('\n').at(-1));
    expect(files).toMatchObject([{ name: `${failedJob}-error.txt`, type: 'text/plain' }]);
    expect(kept(files)).toContain(`rank 9 on algo-2, 2026-11-23 03:03 UTC\n\n${fullDisk}\n`);
  });

  it('shows no secret from the log in the thread or in the file', async () => {
    const secret = 'hf_abcdefghijklmnopqrstuvwxyz0123456789';
    const text = outOfMemory
      .replace('train.py', `train.py --token ${secret}`)
      .replace('Tried', `token=${secret} Tried`);
    ports.logs.hosts.set(failedJob, { 'algo-1': written(ended, text) });

    const { report, files } = await read();

    expect(JSON.stringify(report)).not.toContain(secret.slice(3));
    expect(kept(files)).not.toContain(secret.slice(3));
    expect(kept(files)).toContain('--token [redacted]');
  });

  it('shows the end of the log if it contains no error', async () => {
    ports.logs.hosts.set(failedJob, { 'algo-1': written(ended, progress) });

    const { report } = await read();

    expect(report.headline).toBe('No error in the log; its last lines are below');
    expect(report.lines).toEqual(progress.split('\n'));
  });

  it('reports a missing log and stores nothing', async () => {
    const { report, files } = await read();

    expect(report).toEqual({ headline: 'The job has no log', lines: [] });
    expect(files).toEqual([]);
  });

  it('continues with the hosts that it could read if CloudWatch refuses the others', async () => {
    const hosts = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`algo-${index + 1}`, written(ended, outOfMemory)]),
    );
    ports.logs.hosts.set(failedJob, hosts);
    const { newest } = ports.logs;
    const logs = {
      ...ports.logs,
      newest: (stream: { name: string; host: string }, lines: number) =>
        stream.host === 'algo-9'
          ? Promise.reject(new OpsError('aws-throttled', 'GetLogEvents'))
          : newest(stream, lines),
    };

    const { report } = await read({ logs });

    expect(report.headline).toMatch(/CUDA out of memory/);
    expect(report.lines?.[0]).toMatch(/^Some logs could not be read: .*GetLogEvents$/);
    expect(report.facts).toContainEqual({ label: 'Read', value: 'the last 56 lines of 8 hosts' });
  });

  it('reads a limited number of hosts, and reports how many were skipped', async () => {
    const hosts = Object.fromEntries(
      Array.from({ length: 66 }, (_, index) => [`algo-${index + 1}`, written(ended, outOfMemory)]),
    );
    ports.logs.hosts.set(failedJob, hosts);

    expect((await read()).report.lines?.[0]).toBe('The logs of 2 more hosts were not read.');
  });
});
