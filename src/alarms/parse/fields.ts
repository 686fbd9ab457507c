import { z } from 'zod';

/** Fields that several messages of AWS have in common. */

/** ISO 8601, or milliseconds since 1970 as a number or in a string: SageMaker's events have all three. */
export const moment = z
  .union([z.string(), z.number()])
  .transform((value) =>
    typeof value === 'number' || /^\d+(\.\d+)?$/.test(value) ? Number(value) : Date.parse(value),
  )
  .refine((ms) => Number.isFinite(ms), 'is no time');

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: 1 to 255 characters. */
export const alarmName = z.string().min(1).max(255, 'is longer than the name of an alarm can be');

/** Training jobs and endpoints: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html */
const sageMakerName = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}$/;

export function isSageMakerName(text: string): boolean {
  return sageMakerName.test(text);
}

export const resourceName = z.string().regex(sageMakerName, 'is no name that SageMaker gives');

/** A status: AWS may invent new ones, but no long ones. */
export const status = z.string().max(64, 'is longer than a status can be');

/** As long as AWS itself makes them. What is longer was written by somebody else, and would fill every journal. */
const longestReason = 1_024;

export const reason = z
  .string()
  .default('')
  .transform((text) => (text.length <= longestReason ? text : `${text.slice(0, longestReason - 1)}…`));

const arnParts = /^arn:[^:]*:[^:]*:([a-z]{2}(?:-[a-z]+)+-\d):/;

/** Names of Regions in messages are for people ("EU (Ireland)"): only an ARN tells for sure. */
export function regionIn(arn: string | undefined): { readonly region?: string } {
  const region = arnParts.exec(arn ?? '')?.[1];
  return region === undefined ? {} : { region };
}

/** The alarm in `arn:aws:cloudwatch:<region>:<account>:alarm:<name>`. */
export function alarmNameIn(arn: string): string {
  return arn.split(':').slice(6).join(':') || arn;
}
