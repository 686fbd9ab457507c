import { z } from 'zod';

/** Fields that several AWS messages share. */

/** ISO 8601, or epoch milliseconds as a number or a string: SageMaker events use all three. */
export const moment = z
  .union([z.string(), z.number()])
  .transform((value) =>
    typeof value === 'number' || /^\d+(\.\d+)?$/.test(value) ? Number(value) : Date.parse(value),
  )
  .refine((ms) => Number.isFinite(ms), 'is not a valid timestamp');

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: 1 to 255 characters. */
export const alarmName = z.string().min(1).max(255, 'is longer than an alarm name can be');

/** Training jobs and endpoints: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
const sageMakerName = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}$/;

export function isSageMakerName(text: string): boolean {
  return sageMakerName.test(text);
}

export const resourceName = z.string().regex(sageMakerName, 'is not a valid SageMaker name');

/** AWS may add new statuses, but not long ones. */
export const status = z.string().max(64, 'is longer than a status can be');

/** AWS's own limit. Longer text comes from someone else and would bloat every journal. */
const maxReason = 1_024;

export const reason = z
  .string()
  .default('')
  .transform((text) => (text.length <= maxReason ? text : `${text.slice(0, maxReason - 1)}…`));

const arnParts = /^arn:[^:]*:[^:]*:([a-z]{2}(?:-[a-z]+)+-\d):/;

/** Messages show display names of Regions ("EU (Ireland)"), so only an ARN is reliable. */
export function regionIn(arn: string | undefined): { readonly region?: string } {
  const region = arnParts.exec(arn ?? '')?.[1];
  return region === undefined ? {} : { region };
}

/** The alarm name in `arn:aws:cloudwatch:<region>:<account>:alarm:<name>`. */
export function alarmNameIn(arn: string): string {
  return arn.split(':').slice(6).join(':') || arn;
}
