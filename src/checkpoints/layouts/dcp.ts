import { count } from '../../in-words.ts';
import type { StoredFile } from '../../ports/ports.ts';
import type { Findings } from '../checkpoint-finding.ts';
import type { CheckpointView } from '../checkpoint-view.ts';
import { nameOf } from '../folders.ts';
import { broken, cut } from '../formats/check.ts';
import { checkFile, eachFile, findingsOf } from '../formats/check-file.ts';
import { checkDcpShard, readDcpMetadata } from '../formats/dcp-files.ts';
import { hasAny, type Layout } from './layout.ts';
import { gapsIn, goneSince, missing, numbered } from './shards.ts';

/** Renamed last: https://github.com/pytorch/pytorch/blob/main/torch/distributed/checkpoint/filesystem.py (finish) */
const marker = '.metadata';
const shardName = /^__\d+_\d+\.distcp$/;
const byRank = numbered(/^(__)(\d{1,5})(_0\.distcp)$/);

/** PyTorch Distributed Checkpoint as written by FSDP2: `.metadata`, and at least one `__<rank>_<i>.distcp` per rank. */
export const dcp: Layout = {
  name: 'dcp',
  words: 'PyTorch Distributed Checkpoint (FSDP2)',
  detect: (listing) => listing.files.has(marker) || hasAny(listing, shardName),
  marker,
  check: async (view) => [...(await checkDcp(view)), ...withoutLightningState(view)],
};

/**
 * Lightning keeps loops and callbacks beside the weights:
 * https://github.com/Lightning-AI/pytorch-lightning/blob/master/src/lightning/pytorch/strategies/fsdp.py
 */
function withoutLightningState(view: CheckpointView): Findings {
  const isLightnings = nameOf(view.uri).endsWith('.ckpt');
  const lost = isLightnings && !view.files.has('meta.pt') ? ['meta.pt'] : [];
  return missing(view, lost, 'invalid', 'Lightning cannot load without it');
}

/** `sparse`: not every rank has to write, as with Megatron. */
export async function checkDcp(view: CheckpointView, sparse = false): Promise<Findings> {
  const file = view.files.get(marker);
  const metadata = file === undefined ? undefined : await readDcpMetadata(view.open(file));
  const sizes = metadata?.shards;
  const shards = [...view.files].filter(([name]) => shardName.test(name));
  // A rank with nothing to write leaves an empty file that the trainer never reads.
  const used = shards.filter(([name, { size }]) => sizes?.has(name) ?? size > 0);
  return [
    ...(file === undefined || metadata === undefined
      ? missing(view, [marker], 'invalid', 'it is written last, so this checkpoint was never finished')
      : findingsOf(view, file, metadata)),
    ...temporary(view),
    ...(sizes === undefined ? unlisted(view, sparse) : missingOf(view, [...sizes.keys()])),
    ...(sizes === undefined ? empty(shards) : strangers(shards, sizes)),
    ...(await eachFile(used, ([name, shard]) => checkShard(view, shard, sizes?.get(name)))),
  ];
}

/** A shard with the length in the metadata is complete; otherwise its own end has to show it. */
async function checkShard(
  view: CheckpointView,
  file: StoredFile,
  size: number | undefined,
): Promise<Findings> {
  if (size === undefined || size === file.size) return checkFile(view, file, checkDcpShard, 'state');
  const problem =
    file.size < size
      ? cut(size, file.size).replace('its header', '.metadata')
      : `is ${count(file.size - size)} bytes longer than .metadata says`;
  return findingsOf(view, file, broken(problem));
}

function temporary(view: CheckpointView): Findings {
  const file = view.files.get(`${marker}.tmp`);
  const says = 'exists: it is renamed once all ranks have written, so this checkpoint was never finished';
  return file === undefined ? [] : [{ file: file.name, severity: 'invalid', says }];
}

const cannotLoad = 'the trainer cannot load without it';

function missingOf(view: CheckpointView, named: readonly string[]): Findings {
  const lost = named.filter((name) => !view.files.has(name));
  return missing(view, lost, 'invalid', `.metadata names it, and ${cannotLoad}`);
}

/** Without metadata, earlier checkpoints show which shards must exist, or else the numbering does. */
function unlisted(view: CheckpointView, sparse: boolean): Findings {
  const present = [...view.files.keys()].filter((name) => shardName.test(name));
  const gone = goneSince(view, (name) => shardName.test(name));
  const gaps = sparse || view.earlier.length > 0 ? [] : gapsIn(present, byRank, view.worldSize);
  const none = present.length === 0 ? ['__0_0.distcp'] : [];
  return missing(view, [...gone, ...gaps, ...none], 'invalid', cannotLoad);
}

type Shards = readonly (readonly [string, StoredFile])[];

function empty(shards: Shards): Findings {
  return shards
    .filter(([, { size }]) => size === 0)
    .map(([, { name }]) => ({ file: name, severity: 'invalid', says: 'is empty (0 bytes)' }));
}

/** Either the metadata or the folder is not what the trainer wrote. */
function strangers(shards: Shards, sizes: ReadonlyMap<string, number>): Findings {
  return shards
    .filter(([name, { size }]) => size > 0 && !sizes.has(name))
    .map(([, { name }]) => ({ file: name, severity: 'degraded', says: 'is not named in .metadata' }));
}
