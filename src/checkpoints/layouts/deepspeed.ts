import { largest } from '../../ports/collections.ts';
import type { Finding } from '../checkpoint-finding.ts';
import type { Look } from '../checkpoint-view.ts';
import { checkFile, eachFile } from '../formats/check-file.ts';
import { checkTorchZip } from '../formats/torch-zip.ts';
import { hasAny, type Layout } from './layout.ts';
import { gapsIn, goneSince, missing, numbered } from './shards.ts';
import { isNamed, latest, tracked } from './tracker.ts';

/** Names: https://github.com/deepspeedai/DeepSpeed/blob/master/deepspeed/runtime/engine.py (_get_ckpt_name, _get_zero_ckpt_name) */
const modelState = /^(?:zero_pp_rank_\d+_)?mp_rank_\d+_model_states\.pt$/;
const optimState = /^(?:bf16_|fp16_)?zero_pp_rank_\d+_mp_rank_\d+_optim_states\.pt$/;
/** Experts and pipeline layers: how many there must be, only the checkpoints before can tell. */
const otherState = /^(?:layer_[\w-]+|expp_rank_\d+_mp_rank_\d+)[_-](?:model|optim)_states\.pt$/;
const pattern = /_(?:model|optim)_states\.pt$/;

const byDataRank = numbered(
  /^((?:bf16_|fp16_)?zero_pp_rank_)(\d{1,5})(_mp_rank_\d+_(?:model|optim)_states\.pt)$/,
);
const byModelRank = numbered(
  /^((?:(?:bf16_|fp16_)?zero_pp_rank_\d+_)?mp_rank_)(\d{2,5})(_(?:model|optim)_states\.pt)$/,
);

/** DeepSpeed ZeRO: model states, one optimizer shard for each data-parallel rank, and `latest` beside the folder. */
export const deepspeed: Layout = {
  name: 'deepspeed',
  words: 'DeepSpeed ZeRO',
  tracker: latest,
  detect: (listing) => hasAny(listing, new RegExp(`^[^/]*${pattern.source}`)),
  finished: async ({ beside }) => isNamed(beside[0], latest),
  check: async (look) => tracked(look, look.beside[0], latest, await checkDeepSpeed(look)),
};

/** One `global_step<N>/`, wherever it stands. */
export async function checkDeepSpeed(look: Look): Promise<Finding[]> {
  const names = [...look.files.keys()];
  const shards = [...look.files].filter(([name]) => isShard(name)).map(([, file]) => file);
  return [
    ...missingShards(look, names),
    ...(await eachFile(shards, (file) => checkFile(look, file, checkTorchZip, 'state'))),
  ];
}

function isShard(name: string): boolean {
  return modelState.test(name) || optimState.test(name) || otherState.test(name);
}

function missingShards(look: Look, names: readonly string[]): Finding[] {
  const models = names.filter((name) => modelState.test(name));
  const optims = names.filter((name) => optimState.test(name));
  const gaps = [models, optims].flatMap((set) => [...gapsIn(set, byDataRank), ...gapsIn(set, byModelRank)]);
  const none = models.length === 0 ? ['mp_rank_00_model_states.pt'] : [];
  // As many shards as the job has GPUs: those before were written by more, and nothing is gone.
  const gone = optims.length === look.worldSize ? [] : goneSince(look, isShard);
  return [
    ...missing(look, [...gone, ...gaps, ...unpaired(models, optims), ...none], 'invalid', cannotLoad),
    ...(gone.length === 0 ? optimizerFindings(look, optims) : []),
  ];
}

const cannotLoad = 'DeepSpeed cannot load without the shards of every rank';

/** With ZeRO-3 each rank writes both: whichever has more ranks tells how many there must be. */
function unpaired(models: readonly string[], optims: readonly string[]): string[] {
  const sharded = models.filter((name) => name.startsWith('zero_pp_rank_'));
  if (sharded.length === 0 || optims.length === 0) return [];
  const ranks = Math.max(ranksOf(sharded), ranksOf(optims));
  return [...gapsIn(sharded, byDataRank, ranks), ...gapsIn(optims, byDataRank, ranks)];
}

function ranksOf(names: readonly string[]): number {
  return largest([0, ...names.map((name) => Number(byDataRank(name)?.[1] ?? -1) + 1)]);
}

/** Without ZeRO the optimizer stands in the model states: checkpoints before that have no shards either say so. */
function optimizerFindings(look: Look, optims: readonly string[]): Finding[] {
  const before = look.earlier.filter((listing) => !hasAny(listing, optimState));
  if (optims.length === 0)
    return before.length > 0
      ? []
      : missing(
          look,
          ['zero_pp_rank_0_mp_rank_00_optim_states.pt'],
          'degraded',
          'unless the job trains without ZeRO, it resumes with a cold optimizer',
        );
  const fewer = look.earlier.length === 0 && optims.length < (look.worldSize ?? 0);
  const says = `are ${optims.length} of the ${look.worldSize} that the GPUs of the job would write`;
  return fewer ? [{ file: `${look.prefix}*_optim_states.pt`, severity: 'degraded', says }] : [];
}
