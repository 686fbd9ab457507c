import { AwsError } from '../answers.ts';

const second = 1_000;

/** A period in ms; CloudWatch keeps what is not high-resolution in whole minutes only. */
export function periodMs(seconds: number): number {
  const isAllowed = [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0);
  if (!isAllowed)
    throw new AwsError(
      'InvalidParameterValue',
      `The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60; it is ${seconds}.`,
    );
  return Math.max(60, seconds) * second;
}

/** Epoch seconds to ms, rounded down to the whole minute as CloudWatch does for the last 15 days. */
export function rangeMs(start: number, end: number): { readonly from: number; readonly to: number } {
  if (start >= end)
    throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.');
  return { from: Math.floor(start / 60) * 60 * second, to: end * second };
}
