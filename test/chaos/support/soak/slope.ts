/** A value at a time in ms. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

const hour = 3_600_000;

/**
 * The slope in units an hour by Theil and Sen: the median of the slopes between all pairs of samples. A few samples that are
 * far off, as during a restart of Redis, do not move it.
 */
export function slopePerHour(samples: readonly Sample[]): number {
  const slopes = samples.flatMap((one, index) =>
    samples.slice(index + 1).map((other) => ((other.value - one.value) / (other.at - one.at)) * hour),
  );
  return medianOf(slopes);
}

export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
