/** Like `Math.max(...list)`, which overflows the stack on a list of about 100,000. -Infinity for an empty list. */
export function largest(numbers: Iterable<number>): number {
  let greatest = -Infinity;
  for (const one of numbers) if (one > greatest) greatest = one;
  return greatest;
}

/** Like `Math.min(...list)`, for a list of any length. Infinity for an empty list. */
export function smallest(numbers: Iterable<number>): number {
  let least = Infinity;
  for (const one of numbers) if (one < least) least = one;
  return least;
}

/** Like `list.push(...more)`, which overflows the stack when `more` has about 100,000 values. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const one of more) list.push(one);
}
