import { describe, expect, it } from 'vitest';
import { compareWithAws, type TaggedObject } from '../../src/audit/verify/compare-aws.ts';
import { findingInWords } from '../../src/audit/verify/finding.ts';
import { unmetFields } from '../../src/aws/training/same-launch.ts';
import type { JsonObject } from '../../src/ports/basics.ts';
import { isSealed } from '../../src/sanitize/seal.ts';
import { memoryStore } from './memory-store.ts';

const sealed = `[redacted:${'a'.repeat(64)}]`;
const request = {
  TrainingJobName: 'job-r1',
  ResourceConfig: { InstanceType: 'ml.p4d.24xlarge', InstanceCount: 2 },
  Environment: { WANDB_API_KEY: sealed },
};
const intent = {
  id: 'ab',
  incident: 'rl-1',
  step: 's',
  attempt: 1,
  hash: 'h',
  request,
  approvers: [{ by: 'U', at: 1 }],
};
const store = memoryStore(
  new Map([
    ['intents/ab.json', JSON.stringify(intent)],
    ['results/ab.json', '{}'],
  ]),
);

const tagged = (
  changes: Partial<TaggedObject>,
  fields: JsonObject = { ...request, Environment: { WANDB_API_KEY: 'k' } },
) => ({
  kind: 'training job' as const,
  name: 'job-r1',
  intent: 'ab',
  hash: 'h',
  unmet: (requested: JsonObject) => unmetFields(requested, fields, isSealed),
  ...changes,
});

async function compared(...objects: readonly TaggedObject[]): Promise<string> {
  const found = await compareWithAws(store, { since: async () => objects, exists: async () => false });
  return found.map(findingInWords).join('\n');
}

describe('the comparison of AWS with the intents', () => {
  it('finds nothing if the job is as approved, whose secrets the vault knows only by their hashes', async () => {
    expect(await compared(tagged({}))).toBe('');
  });

  it('names the fields in which a job differs from the request that was approved', async () => {
    const larger = { ...request, ResourceConfig: { ...request.ResourceConfig, InstanceCount: 64 } };
    expect(await compared(tagged({}, larger))).toMatch(
      /^other-content: training job job-r1: it differs from the approved request in ResourceConfig\.InstanceCount \(intent ab of rl-1\)\./,
    );
  });

  it('names a job whose tags say another hash, or that carries the tag of an intent about another job', async () => {
    expect(await compared(tagged({ hash: 'x' }))).toContain(
      'its tag relight:spec-hash is not the hash of the approved request',
    );
    expect(await compared(tagged({}), tagged({ name: 'other' }))).toContain(
      'training job other: its intent is about something else',
    );
  });

  it('names a job without an intent, and an intent whose job AWS does not know', async () => {
    const said = await compared(tagged({ name: 'unknown', intent: 'zz' }));
    expect(said).toContain('orphan-spend: training job unknown: the vault has no intent zz');
    expect(said).toContain(
      'missing-in-aws: training job job-r1: AWS does not know it, but intent ab of rl-1 created it',
    );
  });
});
