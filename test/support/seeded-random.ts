/** A linear congruential generator, which returns the same numbers every time: https://en.wikipedia.org/wiki/Linear_congruential_generator */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function shuffled<T>(list: readonly T[], dice: () => number): readonly T[] {
  return list
    .map((one) => ({ one, at: dice() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
