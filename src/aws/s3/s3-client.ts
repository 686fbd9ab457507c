import { S3Client } from '@aws-sdk/client-s3';
import { type ClientOptions, defaultAnswerMs, patience, usualSettings } from '../client-settings.ts';

/** S3 may be silent for a while in the middle of a large copy. */
const longestSilenceMs = 60_000;

/** By itself, for what needs no other service: loading them all takes longer than reading much data. */
export function createS3Client({ pathStyle, answerMs = defaultAnswerMs }: ClientOptions): S3Client {
  return new S3Client({
    ...usualSettings,
    forcePathStyle: pathStyle,
    requestHandler: patience(answerMs, longestSilenceMs),
  });
}
