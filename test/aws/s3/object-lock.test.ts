import { afterEach, describe, expect, it } from 'vitest';
import { objectLockOf } from '../../../src/aws/s3/object-lock.ts';
import { startRegionUnderTest } from '../a-region.ts';
import { type CannedAws, startCannedAws } from '../canned-aws.ts';

const answer = (rule: string): string =>
  `<?xml version="1.0"?><ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${rule}</ObjectLockConfiguration>`;
const retention = (mode: string, length: string): string =>
  `<Rule><DefaultRetention><Mode>${mode}</Mode>${length}</DefaultRetention></Rule>`;

describe('what relight doctor says about Object Lock of the vault', () => {
  let aws: CannedAws | undefined;
  afterEach(async () => aws?.close());

  it.each([
    [
      retention('COMPLIANCE', '<Years>7</Years>'),
      'keeps every record for 7 years, and nobody can shorten that',
    ],
    [
      retention('GOVERNANCE', '<Days>90</Days>'),
      'for 90 days, unless somebody has s3:BypassGovernanceRetention',
    ],
    ['', 'on without a default retention, so what Relight writes is not locked. Turn it on with'],
  ])('reads %s as: %s', async (rule, words) => {
    aws = await startCannedAws(() => ({ body: answer(rule) }));
    expect(await objectLockOf(aws.clients.s3, 'audit')).toContain(words);
  });

  it('says that a bucket without Object Lock has none, and what to do', async () => {
    const region = await startRegionUnderTest();
    const words = await objectLockOf(region.clients.s3, 'srl-rlvr-audit');
    await region.close();
    expect(words).toMatch(/has no Object Lock: .* Turn it on with a default retention in COMPLIANCE mode\.$/);
  });
});
