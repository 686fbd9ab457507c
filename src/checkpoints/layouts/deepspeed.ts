import { largest } from '../../ports/collections.ts';
import type { Findings } from '../checkpoint-finding.ts';
import type { CheckpointView } from '../checkpoint-view.ts';
import { checkFile, eachFile } from '../formats/check-file.ts';
import { checkTorchZip } from '../formats/torch-zip.ts';
import { hasAny, type Layout } from './layout.ts';
import { gapsIn, goneSince, missing, numbered } from './shards.ts';
import { isNamed, latest, tracked } from './tracker.ts';

/** Names: https://github.com/deepspeedai/DeepSpeed/blob/master/deepspeed/runtime/engine.py (_get_ckpt_name, _get_zero_ckpt_name) */
const modelState = /^(?:zero_pp_rank_\d+_)?mp_rank_\d+_model_states\.pt$/;
const optimState = /^(?:bf16_|fp16_)?zero_pp_rank_\d+_mp_rank_\d+_optim_states\.pt$/;
/** Experts and pipeline layers: only earlier checkpoints show how many there must be. */
const otherState = /^(?:layer_[\w-]+|expp_rank_\d+_mp_rank_\d+)[_-](?:model|optim)_states\.pt$/;
const pattern = /_(?:model|optim)_states\.pt$/;

const byDataRank = numbered(
  /^((?:bf16_|fp16_)?zero_pp_rank_)(\d{1,5})(_mp_rank_\d+_(?:model|optim)_states\.pt)$/,
);
const byModelRank = numbered(
  /^((?:(?:bf16_|fp16_)?zero_pp_rank_\d+_)?mp_rank_)(\d{2,5})(_(?:model|optim)_states\.pt)$/,
);

/** DeepSpeed ZeRO: model states, one optimizer shard per data-parallel rank, and `latest` next to the folder. */
export const deepspeed: Layout = {
  name: 'deepspeed',
  words: 'DeepSpeed ZeRO',
  tracker: latest,
  detect: (listing) => hasAny(listing, new RegExp(`^[^/]*${pattern.source}`)),
  finished: async ({ siblings }) => isNamed(siblings[0], latest),
  check: async (view) => tracked(view, view.siblings[0], latest, await checkDeepSpeed(view)),
};

/** Checks one `global_step<N>/`, in any parent folder. */
export async function checkDeepSpeed(view: CheckpointView): Promise<Findings> {
  const names = [...view.files.keys()];
  const shards = [...view.files].filter(([name]) => isShard(name)).map(([, file]) => file);
  return [
    ...missingShards(view, names),
    ...(await eachFile(shards, (file) => checkFile(view, file, checkTorchZip, 'state'))),
  ];
}

function isShard(name: string): boolean {
  return modelState.test(name) || optimState.test(name) || otherState.test(name);
}

function missingShards(view: CheckpointView, names: readonly string[]): Findings {
  const models = names.filter((name) => modelState.test(name));
  const optims = names.filter((name) => optimState.test(name));
  const gaps = [models, optims].flatMap((set) => [...gapsIn(set, byDataRank), ...gapsIn(set, byModelRank)]);
  const none = models.length === 0 ? ['mp_rank_00_model_states.pt'] : [];
  // One shard per GPU of the job: earlier checkpoints had more ranks, and nothing is missing.
  const gone = optims.length === view.worldSize ? [] : goneSince(view, isShard);
  return [
    ...missing(view, [...gone, ...gaps, ...unpaired(models, optims), ...none], 'invalid', cannotLoad),
    ...(gone.length === 0 ? optimizerFindings(view, optims) : []),
  ];
}

const cannotLoad = 'DeepSpeed cannot load without the shards of every rank';

/** With ZeRO-3 every rank writes both files, so the larger count shows how many there must be. */
function unpaired(models: readonly string[], optims: readonly string[]): string[] {
  const sharded = models.filter((name) => name.startsWith('zero_pp_rank_'));
  if (sharded.length === 0 || optims.length === 0) return [];
  const ranks = Math.max(ranksOf(sharded), ranksOf(optims));
  return [...gapsIn(sharded, byDataRank, ranks), ...gapsIn(optims, byDataRank, ranks)];
}

function ranksOf(names: readonly string[]): number {
  return largest([0, ...names.map((name) => Number(byDataRank(name)?.[1] ?? -1) + 1)]);
}

/** Without ZeRO the optimizer is part of the model states; then earlier checkpoints have no shards either. */
function optimizerFindings(view: CheckpointView, optims: readonly string[]): Findings {
  const before = view.earlier.filter((listing) => !hasAny(listing, optimState));
  if (optims.length === 0)
    return before.length > 0
      ? []
      : missing(
          view,
          ['zero_pp_rank_0_mp_rank_00_optim_states.pt'],
          'degraded',
          'unless the job trains without ZeRO, it resumes with a cold optimizer',
        );
  const fewer = view.earlier.length === 0 && optims.length < (view.worldSize ?? 0);
  const says = `are ${optims.length} of the ${view.worldSize} shards that the GPUs of the job would write`;
  return fewer ? [{ file: `${view.prefix}*_optim_states.pt`, severity: 'degraded', says }] : [];
}
