import type { Setting } from './job-arguments.ts';

/** A number that the trainer reads: as set by the job, or the trainer's default. */
export interface Quantity {
  readonly name: string;
  readonly before: number;
  /** Absent if the job leaves the trainer's default. */
  readonly setting?: Setting;
}

/**
 * How one trainer gets by with less GPU memory: what a GPU holds at a time shrinks, and everything that must keep a fixed
 * product with it grows.
 */
export interface Recipe {
  readonly trainer: string;
  readonly unit: 'samples' | 'tokens';
  /** The name and size of what a GPU holds at a time. */
  readonly held: { readonly name: string; readonly before: number };
  /** Set to the smaller size; empty if the trainer derives it from what grows. */
  readonly shrinks: readonly Quantity[];
  /** Grow by the factor by which the batch shrinks. */
  readonly grows: readonly Quantity[];
  /** Set by the plan because the trainer would derive them from the smaller batch. */
  readonly sets?: readonly { readonly name: string; readonly value: number }[];
  /** Counts that stay on purpose, such as the batch of all GPUs. */
  readonly keeps: readonly Setting[];
  /** Samples of one optimizer step on one GPU, if the job or the trainer's defaults tell. */
  readonly effective?: number;
  /** False if an optimizer step trains on fewer samples than before. */
  readonly keepsEffective: boolean;
  /** The argument that keeps the effective batch, if the script takes it. */
  readonly confirm?: string;
  /** The smallest size that the trainer accepts, and why. */
  readonly least?: { readonly size: number; readonly why: string };
  /** Why the trainer would refuse this size. */
  readonly refuses?: (after: number) => string | undefined;
  /** Why some versions of the trainer would refuse it: only taken if nothing else fits. */
  readonly doubts?: (after: number) => string | undefined;
  /** Sentences for the person who decides. */
  readonly notes: readonly string[];
}

/** A job for which no smaller batch can be planned. */
export interface Refusal {
  readonly why: string;
}

export interface JobFacts {
  /** Total GPUs of all instances; undefined if the instance type is unknown. */
  readonly gpus: number | undefined;
  /** The trainer as a person names it, such as `trl 0.16.1`. */
  readonly trainer?: string | undefined;
}
