import { beforeEach, describe, expect, it } from 'vitest';
import { diagnoseFailure } from '../../src/playbooks/actions/diagnose-failure.ts';
import { loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import type { Offer, Step } from '../../src/playbooks/define.ts';
import { FailureKind } from '../../src/playbooks/define.ts';
import { offersAfter } from '../../src/playbooks/offered-playbooks.ts';
import type { TrainingJob } from '../../src/ports/ports.ts';
import { aJob, type FakePorts, failedJob, fakePorts } from '../support/fake-ports.ts';

const catalog = await loadCatalog([shippedCatalog]);
const crash = {
  status: 'Failed',
  secondaryStatus: 'Failed',
  failureReason: 'AlgorithmError: , exit code: 1',
};
const watchdog =
  '[rank8]:[E ProcessGroupNCCL.cpp:563] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=1)';
const writing =
  'RuntimeError: [enforce fail at inline_container.cc:603] . PytorchStreamWriter failed writing file data/12: file write failed';

let ports: FakePorts;
beforeEach(() => {
  ports = fakePorts();
});

async function offered(job: Partial<TrainingJob>): Promise<readonly Offer[]> {
  ports.training.put(aJob({ ...crash, ...job }));
  const diagnosis = diagnoseFailure.output.parse(await diagnoseFailure.run({ job: failedJob }, ports));
  return offersAfter({ diagnosis });
}
const playbooksIn = (offers: readonly Offer[]): (string | undefined)[] =>
  offers.map(({ answers }) => answers['playbook']);

describe('the playbooks that an investigation offers', () => {
  it('are those of the two likeliest causes, with the words that suggest each', async () => {
    ports.logs.hosts.set(failedJob, {
      'algo-1': [{ at: 0, text: `[rank0]: ${writing}` }],
      'algo-2': [{ at: 0, text: watchdog }],
    });

    const offers = await offered({});

    expect(playbooksIn(offers)).toEqual(['disk-full', 'training-hang']);
    expect(offers[0]?.why).toMatch(/^suspected cause: disk full. .*PytorchStreamWriter failed writing/);
    expect(offers[1]?.why).toContain('Watchdog caught collective operation timeout');
  });

  it('are to resume once if the cause is unknown', async () => {
    expect(await offered({})).toMatchObject([
      { label: 'Resume once from the checkpoint', answers: { playbook: 'spot-interruption' } },
    ]);
  });

  it('are to start over once if the cause is unknown and the job keeps no checkpoints', async () => {
    const { checkpointUri: _, ...without } = aJob(crash);
    ports.training.put(without);
    const diagnosis = diagnoseFailure.output.parse(await diagnoseFailure.run({ job: failedJob }, ports));

    expect(offersAfter({ diagnosis })).toMatchObject([
      { label: 'Start over once', answers: { playbook: 'spot-interruption' } },
    ]);
  });

  it('are none if the job was already resumed after an unknown failure, and the diagnosis says so', async () => {
    ports.training.put(aJob({ ...crash, name: 'before' }));
    ports.training.tagged.set(failedJob, new Map([['relight:recovers', 'before']]));

    expect(await offered({})).toEqual([]);
    const { evidence } = diagnoseFailure.output.parse(await diagnoseFailure.run({ job: failedJob }, ports));
    expect(evidence).toContainEqual(expect.stringContaining('launched to recover before'));
  });

  it('are to resume once if the job was resumed after a known failure, such as a lost spot instance', async () => {
    const reclaimed = {
      status: 'Failed',
      failureReason: 'InternalServerError: We encountered an internal error.',
    };
    ports.training.put(aJob({ ...crash, ...reclaimed, name: 'before' }));
    ports.training.tagged.set(failedJob, new Map([['relight:recovers', 'before']]));

    expect(await offered({})).toHaveLength(1);
  });

  it('restore the instance count if another number of ranks saved the checkpoint', async () => {
    ports.logLines.set(failedJob, [
      '[rank0]: deepspeed.runtime.zero.utils.ZeRORuntimeException: The checkpoint being loaded used a DP world size of 8 but the current world size is 16.',
    ]);

    expect(playbooksIn(await offered({}))).toEqual(['restore-instance-count']);
  });

  it('are none if the cause is certain and needs a correction by a person', async () => {
    ports.logLines.set(failedJob, [
      'Traceback (most recent call last):',
      '  File "/opt/ml/code/train.py", line 88, in main',
      '    x = 1 / n',
      'ZeroDivisionError: division by zero',
    ]);

    expect(await offered({})).toEqual([]);
  });

  it('exist, can be chosen in the form, and handle the kind for which they are offered', () => {
    const form = catalog.get('investigate')?.steps.find((step): step is Manual => step.key === 'choice');
    const choices = form?.manual.fields[0]?.choices;
    const kinds = FailureKind.options.flatMap((kind) => {
      const [offer] = offersAfter({ diagnosis: { kind, suspects: [{ kind, why: '' }] } });
      return offer === undefined ? [] : [{ kind, playbook: offer.answers['playbook'] ?? '' }];
    });

    expect(kinds.length).toBeGreaterThan(8);
    for (const { kind, playbook } of kinds) {
      expect(choices).toContain(playbook);
      expect(catalog.get(playbook)?.handles).toContain(kind);
    }
  });
});

type Manual = Extract<Step, { kind: 'manual' }>;
