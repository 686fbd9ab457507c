import { z } from 'zod';
import type { S3Uri as Uri } from './basics.ts';

/** An S3 address of 1 to 1,024 characters behind the bucket, as CheckpointConfig.S3Uri takes it. */
export const S3Uri = z.custom<Uri>(
  (value) => typeof value === 'string' && /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.{0,1024}$/s.test(value),
  'must look like s3://bucket/prefix/',
);
