import { z } from 'zod';

/** Fields that several messages of AWS have in common. */

/** ISO 8601, or milliseconds since 1970 as a number or in a string: SageMaker's events have all three. */
export const moment = z
  .union([z.string(), z.number()])
  .transform((value) =>
    typeof value === 'number' || /^\d+(\.\d+)?$/.test(value) ? Number(value) : Date.parse(value),
  )
  .refine((ms) => Number.isFinite(ms), 'is no time');

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
