/** Like `list.push(...more)`, which overflows the stack when `more` has about 100,000 values. */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const one of more) list.push(one);
}
