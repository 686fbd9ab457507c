import { OpsError } from '../../../errors.ts';
import type { StoredObject } from '../../../ports/datasets.ts';
import type { Source, Uri } from '../fix-job.ts';

/**
 * Below the new prefix each channel has a folder of its own, and what is not training data stands beside these:
 * SageMaker gives everything below a channel's prefix to the trainer.
 */
export function quarantineUri(target: Uri): Uri {
  return `${target}relight-quarantine.jsonl`;
}

/** Written last: a prefix without it is unfinished. */
export function manifestUri(target: Uri): Uri {
  return `${target}relight-manifest.json`;
}

/** Where the channel reads from in place of its source: a folder stays a folder, an object an object. */
export function fixedUri({ channel, uri }: Source, target: Uri): Uri {
  return `${target}${channel}/${uri.slice(baseOf(uri).length)}`;
}

/** The object keeps its place below the channel, and its name, by which training scripts may know it. */
export function fixedObjectUri({ channel, uri }: Source, { uri: object }: StoredObject, target: Uri): Uri {
  return `${target}${channel}/${object.slice(baseOf(uri).length)}`;
}

/** A prefix need not end at a slash: `s3://b/data/tr` stands for `data/train-0.jsonl`, too. */
function baseOf(uri: Uri): string {
  return uri.slice(0, uri.lastIndexOf('/') + 1);
}

export function asFolder(uri: Uri): Uri {
  return uri.endsWith('/') ? uri : `${uri}/`;
}

/** SageMaker's own form of a channel's name. */
const channelName = /^[A-Za-z0-9.\-_]{1,64}$/;

/** A copy must not lie where its own source is read, nor the other way round. */
export function requireApart(sources: readonly Source[], target: Uri): void {
  const names = new Set(sources.map(({ channel }) => channel));
  const odd = sources.find(({ channel }) => !channelName.test(channel) || /^\.+$/.test(channel));
  if (odd !== undefined)
    throw new OpsError('fix-refused', `${odd.channel.slice(0, 80)} is no name of a channel`);
  if (names.size < sources.length) throw new OpsError('fix-refused', 'two channels have the same name');
  const inside = sources.find(({ uri }) => target.startsWith(uri) || uri.startsWith(target));
  if (inside !== undefined)
    throw new OpsError('fix-refused', `${target} and its source ${inside.uri} lie inside each other`);
}

/** For addresses that belong to no job: a channel of its own for each, named for the folder it stands in. */
export function channelsFor(uris: readonly Uri[]): readonly Source[] {
  const taken = new Set<string>();
  return uris.map((uri) => {
    const name = folderName(uri);
    let channel = name;
    for (let n = 2; taken.has(channel); n += 1) channel = `${name}-${n}`;
    taken.add(channel);
    return { channel, uri };
  });
}

function folderName(uri: Uri): string {
  const [, folder = ''] = /^s3:\/\/[^/]+\/(?:.*\/)?([^/]+)\/[^/]*$/s.exec(uri) ?? [];
  const name = folder.replace(/[^A-Za-z0-9.\-_]/g, '-').slice(0, 58);
  return /[A-Za-z0-9]/.test(name) ? name : 'data';
}
