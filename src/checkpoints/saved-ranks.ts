/** File names of one rank, by what writes them; the first group is the rank, unless `size` names the number of ranks. */
const perRank: readonly RegExp[] = [
  // transformers: https://github.com/huggingface/transformers/blob/main/src/transformers/trainer.py
  /(?:^|\/)rng_state_(\d{1,6})\.pth$/,
  // accelerate: https://github.com/huggingface/accelerate/blob/main/src/accelerate/checkpointing.py
  /(?:^|\/)random_states_(\d{1,6})\.pkl$/,
  // DeepSpeed: https://github.com/deepspeedai/DeepSpeed/blob/master/deepspeed/runtime/engine.py
  /zero_pp_rank_(\d{1,6})_mp_rank_\d+_optim_states\.pt$/,
  // torch.distributed.checkpoint: https://pytorch.org/docs/stable/distributed.checkpoint.html
  /(?:^|\/)__(\d{1,6})_\d+\.distcp$/,
];
/** verl writes the number of ranks into the name. */
const named = /_world_size_(\d{1,6})_rank_\d+\.pt$/;

/** How many ranks saved a checkpoint, according to the names of its files; undefined if they do not tell. */
export function savedRanks(names: readonly string[]): number | undefined {
  for (const name of names) {
    const [, size] = named.exec(name) ?? [];
    if (size !== undefined) return Number(size);
  }
  // A single process writes its state without a number.
  if (names.some((name) => /(?:^|\/)rng_state\.pth$/.test(name))) return 1;
  for (const pattern of perRank) {
    const ranks = new Set(names.flatMap((name) => pattern.exec(name)?.[1] ?? []));
    if (ranks.size > 0) return ranks.size;
  }
  return undefined;
}
