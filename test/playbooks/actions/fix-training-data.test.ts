import { describe, expect, it } from 'vitest';
import { fixTrainingData } from '../../../src/playbooks/actions/fix-training-data.ts';
import type { S3Uri } from '../../../src/ports/ports.ts';
import { Again, type Proposal } from '../../../src/ports/step-output.ts';
import { tokenFor } from '../../support/a-token.ts';
import { type FakePorts, fakePorts, firstTry } from '../../support/fake-ports.ts';
import { gsm8kRow, gsm8kRows, jsonl } from '../../training-data/a-data-set.ts';

const train: S3Uri = 's3://srl-rlvr-training/data/gold/train/';
const target = `s3://srl-rlvr-training/fixed-data/${firstTry.id}/`;
const input = { inputs: { train }, tier: 'gold' };
type Input = Parameters<typeof fixTrainingData.preview>[0];

const rows = gsm8kRows(100);
const bad = [`${JSON.stringify(gsm8kRow(200))}\r`, "{'question': 'How many?', 'answer': '#### 3'}"];

function portsWith(lines: readonly string[] = [...rows, ...bad]): FakePorts {
  const ports = fakePorts();
  ports.datasets.put(`${train}a.jsonl`, jsonl(lines));
  return ports;
}

function below(ports: FakePorts, prefix: string): string[] {
  return [...ports.datasets.stored.keys()].filter((uri) => uri.startsWith(prefix));
}

async function run(
  proposal: Proposal,
  ports: FakePorts,
  confirm?: () => Promise<void>,
): Promise<ReturnType<typeof fixTrainingData.output.parse>> {
  const token = tokenFor(firstTry, proposal.request, confirm);
  const output = await fixTrainingData.run(proposal, input, ports, token);
  if (output instanceof Again) throw new Error('it has nothing to wait for');
  return fixTrainingData.output.parse(output);
}

describe('fixing the training data', () => {
  it('previews the changes and the number of records, and writes nothing before approval', async () => {
    const ports = portsWith();

    const proposal = await fixTrainingData.preview(input, ports, firstTry);

    expect(proposal.headline).toBe('Write a fixed copy of 102 records: 101 kept, 1 quarantined');
    expect(proposal.differences).toEqual([
      expect.objectContaining({ field: 'InputDataConfig.train', before: train, after: `${target}train/` }),
      { field: 'records', before: '102', after: '101' },
      { field: 'crlf', after: 'changes 1 record: CR LF replaced by LF' },
    ]);
    expect(proposal.warnings).toEqual([
      '1 record (1%, limit 5%) cannot be fixed and goes to the quarantine file.',
      '1 × is almost JSON: single quotes, Python literals or trailing commas (loose-json). The fix loose-json may resolve it, if requested.',
    ]);
    expect(below(ports, target)).toEqual([]);
    expect(await fixTrainingData.preview(input, ports, firstTry)).toEqual(proposal);
  });

  it('carries out the approved fix and reports the location of the copy', async () => {
    const ports = portsWith();
    const proposal = await fixTrainingData.preview(input, ports, firstTry);

    const output = await run(proposal, ports);

    expect(output).toMatchObject({
      inputs: { train: `${target}train/` },
      manifest: `${target}relight-manifest.json`,
      quarantine: `${target}relight-quarantine.jsonl`,
      counts: { records: 102, kept: 101, quarantined: 1, fixes: { crlf: 1 } },
      revalidated: { records: 101, errors: 0 },
    });
    const { headline, facts } = fixTrainingData.report(output);
    expect(headline).toBe('101 records fixed and revalidated: 0 errors, 0 warnings');
    expect(facts).toContainEqual({ label: 'Channel train', value: `${target}train/` });
  });

  it('confirms before the first byte is written, and writes nothing if the approval expired', async () => {
    const ports = portsWith();
    const proposal = await fixTrainingData.preview(input, ports, firstTry);
    const confirm = async (): Promise<void> => {
      expect(below(ports, target)).toEqual([]);
      throw new Error('the approval died');
    };

    await expect(run(proposal, ports, confirm)).rejects.toThrow('the approval died');
    expect(below(ports, target)).toEqual([]);
  });

  it('returns the same result after a crash at the end, without confirming again', async () => {
    const ports = portsWith();
    const proposal = await fixTrainingData.preview(input, ports, firstTry);
    const output = await run(proposal, ports);
    const confirm = async (): Promise<void> => Promise.reject(new Error('the approval died'));

    expect(await run(proposal, ports, confirm)).toEqual(output);
  });

  it.each([
    ['changed', 'a.jsonl'],
    ['was joined by another object', 'b.jsonl'],
  ])('stops if the data %s after it was checked', async (_, name) => {
    const ports = portsWith();
    const proposal = await fixTrainingData.preview(input, ports, firstTry);
    ports.datasets.put(`${train}${name}`, jsonl(rows.slice(0, 50)));

    await expect(run(proposal, ports)).rejects.toMatchObject({ code: 'basis-changed' });
    expect(below(ports, target)).toEqual([]);
  });

  it('follows the approved request even if relight.yaml has changed', async () => {
    const ports = portsWith();
    const proposal = await fixTrainingData.preview(input, ports, firstTry);
    const changed = { ...ports, tiersData: { gold: { schema: 'verl' as const } } };

    expect(await run(proposal, changed)).toMatchObject({ counts: { kept: 101 } });
  });

  it('refuses a request that it cannot read', async () => {
    const ports = portsWith();
    const proposal = await fixTrainingData.preview(input, ports, firstTry);

    const other = { ...proposal, request: { ...proposal.request, dropLimit: 'none' } };
    await expect(run(other, ports)).rejects.toMatchObject({ code: 'approval-lapsed' });
  });

  it('reports if there is nothing to fix', async () => {
    const { warnings } = await fixTrainingData.preview(input, portsWith(rows), firstTry);

    expect(warnings).toEqual(['Relight has nothing to fix: the copy will be identical to the source.']);
  });

  it('names a few of the empty objects, briefly', async () => {
    const ports = portsWith(rows);
    for (let n = 0; n < 8; n += 1) ports.datasets.put(`${train}${n}-${'x\n'.repeat(300)}.jsonl`, '');

    const { warnings } = await fixTrainingData.preview(input, ports, firstTry);

    expect(warnings).toHaveLength(7);
    expect(warnings.at(-1)).toBe('Left out because they have 0 bytes: 3 other objects');
    expect(warnings.every((one) => one.length < 300 && !one.includes('\n'))).toBe(true);
  });

  it('uses a separate prefix for each attempt', async () => {
    const ports = portsWith();
    const second = { ...firstTry, attempt: 2, id: 'fedcba9876543210', earlier: [firstTry.id] };

    const { request } = await fixTrainingData.preview(input, ports, second);

    expect(request).toMatchObject({ target: `s3://srl-rlvr-training/fixed-data/${second.id}/` });
  });
});

describe('the form for choosing fixes', () => {
  const { adjust } = fixTrainingData;
  const apply = (answers: Record<string, string>): unknown => adjust?.apply(input, answers);

  it('shows the current choice', () => {
    expect(adjust?.fields(input)).toMatchObject([
      { key: 'fixes', initial: '' },
      { key: 'limit', initial: '5' },
    ]);
  });

  it('accepts the fixes and the limit that a person chose', async () => {
    const adjusted = apply({ fixes: 'loose-json, not-utf8', limit: '0 %' });

    expect(adjusted).toEqual({ input: { ...input, approved: ['not-utf8', 'loose-json'], dropLimit: 0 } });
    const chosen = (adjusted as { readonly input: Input }).input;
    const { headline } = await fixTrainingData.preview(chosen, portsWith(), firstTry);
    expect(headline).toBe('Write a fixed copy of 102 records: 102 kept');
  });

  it.each([
    [
      { fixes: 'everything', limit: '5' },
      { field: 'fixes', wrong: expect.stringContaining('“everything”') },
    ],
    [
      { fixes: 'bom', limit: '5' },
      { field: 'fixes', wrong: expect.stringContaining('“bom”') },
    ],
    [{ limit: '101' }, { field: 'limit', wrong: expect.stringContaining('“101”') }],
    [{ limit: 'some' }, { field: 'limit', wrong: expect.stringContaining('“some”') }],
    [{ limit: ' ' }, { field: 'limit', wrong: expect.anything() }],
  ])('rejects %j', (answers, wrong) => {
    expect(apply(answers)).toEqual(wrong);
  });

  it('changes nothing without answers', () => {
    expect(apply({})).toEqual({ input });
  });
});
