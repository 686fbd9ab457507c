import type { Source, Uri } from '../fix-job.ts';

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
