import { z } from 'zod';

/** Fields that several AWS messages share. */

/** Larger numbers are milliseconds: as seconds they would be after the year 5000. */
const maxSeconds = 1e11;

/**
 * ISO 8601, epoch seconds or epoch milliseconds, as a number or a string: SageMaker events use all of them. A time
 * without an offset is UTC, as AWS writes it.
 */
export const moment = z
  .union([z.string(), z.number()])
  .transform(toMs)
  .refine((ms) => Number.isFinite(ms), 'is not a valid timestamp');

function toMs(value: string | number): number {
  if (typeof value === 'number' || /^\d+(\.\d+)?$/.test(value)) {
    const epoch = Number(value);
    return Math.abs(epoch) < maxSeconds ? Math.round(epoch * 1_000) : epoch;
  }
  const naive = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(value);
  return Date.parse(naive ? `${value.replace(' ', 'T')}Z` : value);
}

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

/** The envelope of an EventBridge event, without its type: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export const eventFields = {
  account: z.string().optional(),
  region: z.string().max(64).optional(),
  resources: z.array(z.string()).default([]),
};

/** Where a resource is. */
export interface Place {
  readonly region?: string;
  readonly account?: string;
}

const arnParts = /^arn:[^:]*:[^:]*:([a-z]{2,}(?:-[a-z]+)+-\d+):(\d{12})?:?/;

/**
 * The ARN decides, then the fields of the message: messages show display names of Regions ("EU (Ireland)"), and a bus
 * can forward events of other accounts.
 */
export function placeOf(
  arn: string | undefined,
  stated: { account?: string | undefined; region?: string | undefined } = {},
): Place {
  const [, region = stated.region, account = stated.account] = arnParts.exec(arn ?? '') ?? [];
  return { ...(region !== undefined && { region }), ...(account !== undefined && { account }) };
}

/** The alarm name in `arn:aws:cloudwatch:<region>:<account>:alarm:<name>`. */
export function alarmNameIn(arn: string): string {
  return arn.split(':').slice(6).join(':') || arn;
}
