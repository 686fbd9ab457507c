import { beforeEach, describe, expect, it } from 'vitest';
import { retryWithFixedData } from '../../../src/playbooks/actions/retry-with-fixed-data.ts';
import { freezeObjects } from '../../../src/training-data/read/freeze-objects.ts';
import { tokenFor } from '../../support/a-token.ts';
import { aJob, type FakePorts, failedJob, fakePorts, firstTry } from '../../support/fake-ports.ts';

const fixed = 's3://srl-rlvr-data/fixed/0123/train/';
let ports: FakePorts;
let input: Parameters<typeof retryWithFixedData.preview>[0];

beforeEach(async () => {
  ports = fakePorts();
  ports.training.put(aJob());
  ports.datasets.put(`${fixed}a.jsonl`, 'checked');
  const { identity } = await freezeObjects('', fixed, ports.datasets);
  input = {
    job: failedJob,
    origin: { from: 'scratch', why: 'it keeps no checkpoints' },
    rpoMinutes: 30,
    inputs: { train: fixed },
    identities: { train: identity },
    useFixed: true,
  };
});

describe('a retry on the fixed copy of the training data', () => {
  it('launches nothing if the copy changed after the approval', async () => {
    const proposal = await retryWithFixedData.preview(input, ports, firstTry);
    ports.datasets.put(`${fixed}a.jsonl`, 'written');

    await expect(
      retryWithFixedData.run(proposal, input, ports, tokenFor(firstTry, proposal.request)),
    ).rejects.toMatchObject({
      code: 'basis-changed',
      detail: `the fixed data of train at ${fixed} changed after it was checked: objects were overwritten`,
    });
    expect(ports.training.launches).toEqual([]);
  });

  it('is not proposed for a copy that changed after the check; on the original data it relies only on the caps', async () => {
    ports.datasets.put(`${fixed}b.jsonl`, 'more');

    await expect(retryWithFixedData.preview(input, ports, firstTry)).rejects.toMatchObject({
      code: 'fixed-data-changed',
    });
    const undone = await retryWithFixedData.preview({ ...input, useFixed: false }, ports, firstTry);
    expect(undone.reliesOn?.map(({ kind }) => kind)).toEqual(['limits']);
  });
});
