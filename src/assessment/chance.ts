/**
 * The probability by chance alone that at least `both` of the `failed` jobs are among the `having`, out of `all`: the
 * one-sided Fisher's exact test, https://en.wikipedia.org/wiki/Fisher%27s_exact_test
 */
export function chanceOf(both: number, failed: number, having: number, all: number): number {
  const max = Math.min(failed, having);
  let sum = 0;
  for (let n = both; n <= max; n += 1)
    sum += Math.exp(logChoose(having, n) + logChoose(all - having, failed - n) - logChoose(all, failed));
  return Math.min(1, sum);
}

function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 1; i <= k; i += 1) sum += Math.log((n - k + i) / i);
  return sum;
}
