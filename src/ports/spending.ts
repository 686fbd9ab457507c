/** USD per hour of one instance of a type; undefined if the price is unknown here, which never counts as free. */
export type PriceOf = (instanceType: string) => number | undefined;

/** The place that a launch takes up under the caps. Its id is the attempt's, so that a repeated attempt counts once. */
export interface Reservation {
  readonly id: string;
  readonly incident: string;
  readonly step: string;
  readonly attempt: number;
  readonly job: string;
  readonly at: number;
  /** The worst case; absent if a price is unknown. */
  readonly usd?: number | undefined;
  /** True once the job has ended. Its money counts until a day has passed. */
  readonly ended?: boolean | undefined;
}

/** What the launches of Relight take up under the caps now. */
export interface CapUse {
  readonly running: readonly Reservation[];
  /** Launched within the last 24 hours, whether they still run or not. */
  readonly spending: readonly Reservation[];
}
