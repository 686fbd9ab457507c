/** Fewer than the failures that Relight makes one incident of. */
export const jobs = Array.from({ length: 4 }, (_, n) => `srl-rlvr-gold-2026010${n}`);
