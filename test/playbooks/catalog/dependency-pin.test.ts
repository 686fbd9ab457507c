import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { playbook } from '../../../src/playbooks/catalog/dependency-pin.ts';
import { archiveIn } from '../../../src/ports/basics.ts';
import { readArchive } from '../../../src/relaunch/pin/source-archive.ts';
import { putCheckpoint } from '../../support/a-training-run.ts';
import { type RunSummary, runThrough, trains } from '../../support/an-outage.ts';
import { aJob, type FakePorts, failedJob, fakePorts } from '../../support/fake-ports.ts';

const uri = 's3://srl-rlvr-training/code/sourcedir.tar.gz';
const torchLoad =
  'ValueError: Due to a serious vulnerability issue in `torch.load`, even with `weights_only=True`, we now require users to upgrade torch to at least v2.6 in order to use the function.';

let ports: FakePorts;
beforeEach(async () => {
  ports = fakePorts();
  putCheckpoint(ports.checkpoints, 1300, 5);
  await putArchive('torch==2.5.1\ntrl==0.19.1\n');
});

async function putArchive(requirements: string): Promise<void> {
  const packing = pack();
  packing.entry({ name: 'train.py' }, 'print(1)\n');
  packing.entry({ name: 'peft/__init__.py' }, '');
  packing.entry({ name: 'requirements.txt' }, requirements);
  packing.finalize();
  const parts: Uint8Array[] = [];
  // The stream only passes on bytes.
  for await (const part of packing) parts.push(part as Uint8Array);
  ports.datasets.put(uri, gzipSync(Buffer.concat(parts)));
}

async function run(error: string, hyperParameters: Record<string, string> = inArchive): Promise<RunSummary> {
  ports.training.put(
    aJob({
      name: failedJob,
      status: 'Failed',
      secondaryStatus: 'Failed',
      failureReason: `AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "${error}"`,
      hyperParameters,
    }),
  );
  return runThrough(playbook, ports, () => trains, { job: failedJob });
}

const inArchive = { sagemaker_program: '"train.py"', sagemaker_submit_directory: JSON.stringify(uri) };

describe('a job that needs another version of a package', () => {
  it('is launched with a copy of its archive that pins the version, and the original stays', async () => {
    const original = ports.datasets.stored.get(uri)?.etag;

    const { results, proposals } = await run(torchLoad);

    expect(proposals[0]?.differences[0]).toMatchObject({
      field: 'requirements.txt',
      before: 'torch==2.5.1',
      after: 'torch>=2.6',
    });
    const launched = ports.training.launches[0]?.['HyperParameters'] as Record<string, string>;
    const target = archiveIn(launched);
    expect(target).not.toBe(uri);
    expect((await readArchive(target ?? uri, ports.datasets)).requirements).toBe('torch>=2.6\ntrl==0.19.1\n');
    expect(ports.datasets.stored.get(uri)?.etag).toBe(original);
    expect(playbook.recovered(results)).toMatch(/training from step 1,300 with torch>=2.6/);
  });

  it.each([
    ['the code is in the image', torchLoad, {}],
    ['the missing module is its own', "ModuleNotFoundError: No module named 'peft'", inArchive],
    ['the missing module is unknown', "ModuleNotFoundError: No module named 'my_rewards'", inArchive],
  ])('is handed over without a launch if %s', async (_, error, hyperParameters) => {
    const { results } = await run(error, hyperParameters);

    expect(playbook.handOver?.(results)).toMatchObject({ playbook: 'investigate', again: true });
    expect(ports.training.launches).toEqual([]);
  });

  it('is handed over if an earlier recovery pinned the package, or the pin is already there', async () => {
    await putArchive('torch>=2.6\n');
    expect(playbook.handOver?.((await run(torchLoad)).results)).toMatchObject({ playbook: 'investigate' });

    await putArchive('torch==2.5.1\n');
    ports.training.tagged.set(failedJob, new Map([['relight:pinned', 'trl torch']]));
    expect(playbook.handOver?.((await run(torchLoad)).results)).toMatchObject({ playbook: 'investigate' });
    expect(ports.training.launches).toEqual([]);
  });

  it('waits for a person if nothing names the version', async () => {
    const { results } = await run('ERROR: No matching distribution found for trl==99.0');

    expect(results['plan']).toMatchObject({ way: 'ask', package: 'trl' });
    expect(ports.training.launches).toEqual([]);
  });
});
