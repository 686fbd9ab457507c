import { GetObjectLockConfigurationCommand, type S3Client } from '@aws-sdk/client-s3';
import { callAws } from '../aws-errors.ts';

const howTo = 'Turn it on with a default retention in COMPLIANCE mode';

/**
 * Whether the objects of the bucket are protected from deletion, as one sentence. With a default retention, S3 locks every
 * object that Relight writes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export async function objectLockOf(s3: S3Client, bucket: string): Promise<string> {
  return callAws(
    `GetObjectLockConfiguration s3://${bucket}`,
    async () => {
      const command = new GetObjectLockConfigurationCommand({ Bucket: bucket });
      const { ObjectLockConfiguration: { ObjectLockEnabled: on, Rule } = {} } = await s3.send(command);
      const { Mode: mode, Days: days, Years: years } = Rule?.DefaultRetention ?? {};
      if (on !== 'Enabled') return without;
      if (mode === undefined)
        return `Object Lock is on without a default retention, so what Relight writes is not locked. ${howTo}.`;
      const length = years === undefined ? `${days} days` : `${years} years`;
      return mode === 'COMPLIANCE'
        ? `Object Lock keeps every record for ${length}, and nobody can shorten that.`
        : `Object Lock keeps every record for ${length}, unless somebody has s3:BypassGovernanceRetention.`;
    },
    { ObjectLockConfigurationNotFoundError: () => without },
  );
}

const without = `The bucket has no Object Lock: whoever may delete objects of it can remove records. ${howTo}.`;
