import { OpsError } from '../../../errors.ts';
import type { StoredObject } from '../../../ports/datasets.ts';
import type { Source, Uri } from '../fix-job.ts';

/**
 * Each channel has its own folder below the new prefix, and other files are next to these folders, because
 * SageMaker passes everything below a channel's prefix to the trainer.
 */
export function quarantineUri(target: Uri): Uri {
  return `${target}relight-quarantine.jsonl`;
}

/** Written last: a prefix without it is incomplete. */
export function manifestUri(target: Uri): Uri {
  return `${target}relight-manifest.json`;
}

/** The channel's new address: a folder stays a folder, an object stays an object. */
export function fixedUri({ channel, uri }: Source, target: Uri): Uri {
  return `${target}${channel}/${uri.slice(baseOf(uri).length)}`;
}

/** The object keeps its relative path and name, because training scripts may rely on them. */
export function fixedObjectUri({ channel, uri }: Source, { uri: object }: StoredObject, target: Uri): Uri {
  return `${target}${channel}/${object.slice(baseOf(uri).length)}`;
}

/** A prefix need not end with a slash: `s3://b/data/tr` also matches `data/train-0.jsonl`. */
function baseOf(uri: Uri): string {
  return uri.slice(0, uri.lastIndexOf('/') + 1);
}

export function asFolder(uri: Uri): Uri {
  return uri.endsWith('/') ? uri : `${uri}/`;
}

/** SageMaker's pattern for channel names. */
const channelName = /^[A-Za-z0-9.\-_]{1,64}$/;

/** The copy must not be inside its own source, nor the source inside the copy. */
export function requireApart(sources: readonly Source[], target: Uri): void {
  const names = new Set(sources.map(({ channel }) => channel));
  const odd = sources.find(({ channel }) => !channelName.test(channel) || /^\.+$/.test(channel));
  if (odd !== undefined)
    throw new OpsError('fix-refused', `${odd.channel.slice(0, 80)} is not a valid channel name`);
  if (names.size < sources.length) throw new OpsError('fix-refused', 'two channels have the same name');
  const inside = sources.find(({ uri }) => target.startsWith(uri) || uri.startsWith(target));
  if (inside !== undefined)
    throw new OpsError('fix-refused', `${target} and its source ${inside.uri} are inside each other`);
}

/** Creates one channel per address for data without a job, named after its folder. */
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
