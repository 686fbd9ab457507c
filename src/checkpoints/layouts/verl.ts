import { append } from '../../ports/collections.ts';
import type { Findings } from '../checkpoint-finding.ts';
import { type CheckpointView, type Listing, within } from '../checkpoint-view.ts';
import { checkFile, eachFile } from '../formats/check-file.ts';
import { checkTorchZip } from '../formats/torch-zip.ts';
import { checkDcp } from './dcp.ts';
import { hasAny, type Layout } from './layout.ts';
import { absentOf, goneSince, missing } from './shards.ts';
import { isNamed, latestIteration, tracked } from './tracker.ts';

/** https://github.com/volcengine/verl/blob/main/verl/utils/checkpoint/fsdp_checkpoint_manager.py */
const shard = /^(model|optim|extra_state)_world_size_(\d{1,5})_rank_(\d{1,5})\.pt$/;
/** The SFT trainer has one role, and keeps its files directly in the folder. */
const ofSft = /^(?:model|optim|extra_state)_world_size_\d+_rank_\d+\.pt$/;
const roles = ['actor', 'critic'] as const;
const inRole = /^(?:actor|critic)\/(?:(?:model|optim|extra_state)_world_size_\d+_rank_\d+\.pt$|dist_ckpt\/)/;

/** verl: `actor/` and `critic/` with three files per rank (FSDP) or `dist_ckpt/` (Megatron), and `data.pt`. */
export const verl: Layout = {
  name: 'verl',
  words: 'verl',
  tracker: latestIteration,
  detect: (listing) => hasAny(listing, inRole) || hasAny(listing, ofSft),
  finished: async ({ siblings }) => isNamed(siblings[0], latestIteration),
  check: async (view) => tracked(view, view.siblings[0], latestIteration, await checkVerl(view)),
};

async function checkVerl(view: CheckpointView): Promise<Findings> {
  if (hasAny(view, ofSft)) return [...(await checkInside(view)), ...(await checkData(view))];
  const findings: Findings = [];
  for (const role of roles) append(findings, await checkRole(view, role));
  return [...findings, ...(await checkData(view))];
}

/** A critic is required if an earlier checkpoint has one; an actor is always required. */
async function checkRole(view: CheckpointView, role: (typeof roles)[number]): Promise<Findings> {
  const has = (listing: Listing): boolean =>
    [...listing.files.keys()].some((name) => name.startsWith(`${role}/`) && inRole.test(name));
  if (![view, ...view.earlier].some(has) && role === 'critic') return [];
  if (!has(view))
    return missing(view, [`${role}/`], 'invalid', `the trainer cannot load its ${role} without it`);
  return checkInside(within(view, () => `${role}/`));
}

async function checkInside(inside: CheckpointView): Promise<Findings> {
  return hasAny(inside, /^dist_ckpt\//)
    ? checkDcp(
        within(inside, () => 'dist_ckpt/'),
        true,
      )
    : checkShards(inside);
}

async function checkShards(view: CheckpointView): Promise<Findings> {
  const shards = [...view.files].filter(([name]) => shard.test(name)).map(([, file]) => file);
  return [
    ...missingShards(view),
    ...(await eachFile(shards, (file) => checkFile(view, file, checkTorchZip, 'state'))),
  ];
}

/** Each file name contains the number of ranks. A job that resumes with a different number leaves other names. */
function missingShards(view: CheckpointView): Findings {
  const found = shardsIn(view);
  const sizes = new Set(found.map(({ worldSize }) => worldSize));
  const kinds = new Set(['model', ...found.map(({ kind }) => kind)]);
  const gone = goneSince(view, (name) => sizes.has(Number(shard.exec(name)?.[2])));
  const absent = [...gone, ...absentOf(namesOf(sizes, kinds), view.files)];
  return [
    ...missing(view, absent, 'invalid', 'verl cannot load without the files of every rank'),
    ...(gone.length === 0 ? unsaved(view, kinds) : []),
  ];
}

function* namesOf(sizes: ReadonlySet<number>, kinds: ReadonlySet<string>): Generator<string> {
  for (const size of sizes)
    for (const kind of kinds)
      for (let rank = 0; rank < size; rank += 1) yield `${kind}_world_size_${size}_rank_${rank}.pt`;
}

function shardsIn({
  files,
}: CheckpointView): readonly { readonly kind: string; readonly worldSize: number }[] {
  return [...files.keys()].flatMap((name) => {
    const [, kind, worldSize] = shard.exec(name) ?? [];
    return kind === undefined ? [] : [{ kind, worldSize: Number(worldSize) }];
  });
}

const lost: Readonly<Record<string, string>> = {
  optim: 'training resumes with a cold optimizer, if the configuration allows it',
  extra_state: 'the learning rate and random numbers start over, if the configuration allows it',
};

/** Either excluded from `checkpoint.save_contents` or never uploaded; the remaining files do not show which. */
function unsaved(view: CheckpointView, kinds: ReadonlySet<string>): Findings {
  return Object.entries(lost)
    .filter(([kind]) => !kinds.has(kind))
    .flatMap(([kind, says]) => missing(view, [`${kind}_world_size_…_rank_….pt`], 'degraded', says));
}

async function checkData(view: CheckpointView): Promise<Findings> {
  const files = [...view.files].filter(([name]) => /^data(?:_\d+)?\.pt$/.test(name)).map(([, file]) => file);
  const says = 'the data is read from its beginning again';
  const gone = goneSince(view, (name) => /^data_\d+\.pt$/.test(name));
  return files.length === 0
    ? missing(view, ['data.pt'], 'degraded', says)
    : [
        ...missing(view, gone, 'degraded', says),
        ...(await eachFile(files, (file) => checkFile(view, file, checkTorchZip, 'state'))),
      ];
}
