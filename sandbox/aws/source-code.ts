import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { archiveIn } from '../../src/ports/basics.ts';
import { eachEntry } from '../../src/relaunch/pin/tar-entries.ts';
import type { Bucket } from './bucket.ts';
import type { JobRequest } from './job-request.ts';

type Request = Pick<JobRequest, 'HyperParameters'>;

/** Puts a source archive whose script needs a newer torch than its requirements.txt installs. */
export async function breakCode(bucket: Bucket, request: Request): Promise<void> {
  const uri = archiveIn(request.HyperParameters);
  if (uri === undefined) return;
  const packing = pack();
  packing.entry({ name: 'train_grpo.py', mode: 0o755 }, "require_version('torch>=2.6')\n");
  packing.entry({ name: 'rewards/__init__.py' }, '');
  packing.entry({ name: 'requirements.txt' }, 'torch==2.5.1\ntrl==0.19.1  # as in the paper\n');
  packing.finalize();
  const parts: Uint8Array[] = [];
  // The stream only passes on bytes.
  for await (const part of packing) parts.push(part as Uint8Array);
  await bucket.put(uri, gzipSync(Buffer.concat(parts)));
}

/** Reads the archive of the job as its script would start, and returns the error of the first check that fails. */
export async function dependencyError(bucket: Bucket, request: Request): Promise<string | undefined> {
  const uri = archiveIn(request.HyperParameters);
  const bytes = uri === undefined ? undefined : await bucket.get(uri);
  if (bytes === undefined) return undefined;
  return unmet(await filesIn(bytes));
}

function unmet(files: ReadonlyMap<string, string>): string | undefined {
  const { 'train_grpo.py': script = '', 'requirements.txt': requirements = '' } = Object.fromEntries(files);
  const [, name, minimum = ''] = /require_version\('([\w-]+)>=([\d.]+)'\)/.exec(script) ?? [];
  if (name === undefined) return undefined;
  const [, installed = '0'] = new RegExp(`^${name}(?:==|>=)([\\d.]+)`, 'm').exec(requirements) ?? [];
  return isAtLeast(installed, minimum)
    ? undefined
    : `ImportError: ${name}>=${minimum} is required for a normal functioning of this module, but found ${name}==${installed}.`;
}

async function filesIn(archive: Buffer): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    yield archive;
  };
  await eachEntry(bytes(), async (entry) => {
    const parts: Uint8Array[] = [];
    for await (const part of entry) parts.push(part as Uint8Array);
    files.set(entry.header.name, Buffer.concat(parts).toString());
  });
  return files;
}

function isAtLeast(version: string, minimum: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [least = 0, leastMinor = 0] = minimum.split('.').map(Number);
  return major > least || (major === least && minor >= leastMinor);
}
