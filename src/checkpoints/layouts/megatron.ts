import type { Findings } from '../checkpoint-finding.ts';
import type { CheckpointView, Listing } from '../checkpoint-view.ts';
import { nameOf } from '../folders.ts';
import { checkFile, eachFile } from '../formats/check-file.ts';
import { checkTorchZip } from '../formats/torch-zip.ts';
import { checkDcp } from './dcp.ts';
import { hasAny, type Layout } from './layout.ts';
import { checkMegatronFiles } from './nemo.ts';
import { gapsIn, goneSince, missing, numbered } from './shards.ts';
import { isNamed, megatronIteration, tracked } from './tracker.ts';

const rankFolder = /^mp_rank_\d{2,5}(?:_\d{3,5}){0,2}\//;
const byTensorRank = numbered(/^(mp_rank_)(\d{2,5})((?:_\d{3,5}){0,2}\/.*)$/);
const byPipelineRank = numbered(/^(mp_rank_\d{2,5}_)(\d{3,5})((?:_\d{3,5})?\/.*)$/);
const byExpertRank = numbered(/^(mp_rank_\d{2,5}_\d{3,5}_)(\d{3,5})(\/.*)$/);

/**
 * Megatron-LM: `iter_0001300/` with a distributed checkpoint, or a folder per model-parallel rank (format `torch`). It
 * resumes from the iteration that its tracker names, and from nothing without it.
 * https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/training/checkpointing.py (_load_base_checkpoint)
 */
export const megatron: Layout = {
  name: 'megatron',
  words: 'Megatron-LM',
  tracker: megatronIteration,
  detect: (listing) =>
    /^iter_\d+$/.test(nameOf(listing.uri)) &&
    hasAny(listing, /^(?:common\.pt|metadata\.json|\.metadata|__\d+_\d+\.distcp|mp_rank_\d[^/]*\/.*\.pt)$/),
  finished: async ({ siblings }) => isNamed(siblings[0], megatronIteration),
  check: async (view) => tracked(view, view.siblings[0], megatronIteration, await checkIteration(view)),
};

async function checkIteration(view: CheckpointView): Promise<Findings> {
  if (hasAny(view, rankFolder)) return checkRanks(view);
  const isMegatrons = (listing: Listing): boolean => hasAny(listing, /^(?:common\.pt|metadata\.json)$/);
  return [view, ...view.earlier].some(isMegatrons) ? checkMegatronFiles(view) : checkDcp(view, true);
}

/** Every rank loads the same files from its own folder. */
async function checkRanks(view: CheckpointView): Promise<Findings> {
  const names = [...view.files.keys()].filter((name) => rankFolder.test(name));
  const gone = goneSince(view, (name) => rankFolder.test(name));
  const gaps = [byTensorRank, byPipelineRank, byExpertRank].flatMap((read) => gapsIn(names, read));
  const none = names.some((name) => name.endsWith('/model_optim_rng.pt'))
    ? []
    : ['mp_rank_00/model_optim_rng.pt'];
  const files = names
    .flatMap((name) => view.files.get(name) ?? [])
    .filter(({ name }) => name.endsWith('.pt'));
  return [
    ...missing(
      view,
      [...gone, ...gaps, ...none],
      'invalid',
      'Megatron cannot load without the files of every rank',
    ),
    ...(await eachFile(files, (file) => checkFile(view, file, checkTorchZip, 'state'))),
  ];
}
