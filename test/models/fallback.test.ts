import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fallbackBelow } from '../../src/models/fallback.ts';
import { asVersion, versionIn } from '../../src/models/version.ts';
import { aVersion } from '../support/fake-models.ts';

const anyVersion = fc
  .record({
    version: fc.integer({ min: 1, max: 12 }),
    approval: fc.constantFrom('Approved', 'Rejected', 'PendingManualApproval'),
    status: fc.constantFrom('Completed', 'Failed', 'InProgress'),
    artefactExists: fc.boolean(),
  })
  .map(({ version, ...changes }) => asVersion(aVersion(version, changes)));

describe('the fallback version', () => {
  it('is below the served version, approved, complete and existing, and no better one is skipped', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyVersion, { selector: ({ version }) => version, size: 'max', maxLength: 12 }),
        fc.integer({ min: 1, max: 13 }),
        (versions, served) => {
          const { chosen, passedOver } = fallbackBelow(served, versions);
          const good = versions.filter(
            (one) =>
              one.version < served &&
              one.approval === 'Approved' &&
              one.status === 'Completed' &&
              one.artefactExists,
          );
          expect(chosen?.version).toBe(
            good.length === 0 ? undefined : Math.max(...good.map((one) => one.version)),
          );
          const above = versions.filter(
            (one) => one.version < served && one.version > (chosen?.version ?? 0),
          );
          expect(passedOver).toHaveLength(above.length);
          for (const { why } of passedOver) expect(why).not.toBe('');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has a reason for each version that is skipped', () => {
    const versions = [
      aVersion(4, { approval: 'Rejected' }),
      aVersion(3, { artefactExists: false }),
      aVersion(2, { approval: 'PendingManualApproval' }),
      aVersion(1),
    ].map(asVersion);

    const { chosen, passedOver } = fallbackBelow(5, versions);

    expect(chosen?.version).toBe(1);
    expect(passedOver.map(({ why }) => why)).toEqual([
      'was rejected',
      's3://srl-rlvr-training/output/v3/model.tar.gz no longer exists',
      'is PendingManualApproval',
    ]);
  });

  it('is parsed from the ARN of a model package, and from no other ARN', () => {
    expect(versionIn(aVersion(7).arn)).toEqual({ group: 'srl-rlvr-gold', version: 7 });
    expect(versionIn('arn:aws:sagemaker:us-east-1:1:model/m')).toBeUndefined();
  });
});
