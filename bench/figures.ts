/** One row of the results table. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly goal?: string;
  readonly met?: boolean;
  /** The goal does not depend on the machine, so the short form also requires it. */
  readonly fixed?: boolean;
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A count, which is the same on every machine. */
export function atMost(what: string, value: number, goal: number): Figure {
  return { what, value: String(value), goal: `≤ ${goal}`, met: value <= goal, fixed: true };
}

export function below(
  what: string,
  value: number,
  goal: number,
  unit: string,
  depends: 'fixed' | 'machine',
): Figure {
  return {
    what,
    value: `${digits(value)} ${unit}`,
    goal: `< ${goal} ${unit}`,
    met: value < goal,
    fixed: depends === 'fixed',
  };
}

export function atLeast(what: string, value: number, goal: number, unit: string): Figure {
  return { what, value: `${digits(value)} ${unit}`, goal: `≥ ${goal} ${unit}`, met: value >= goal };
}

/** Formats a number with three significant digits. */
export function digits(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3);
}
