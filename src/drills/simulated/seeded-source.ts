import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** It is built again at each read: another time in it would look like a change of the archive after the approval. */
const mtime = new Date(0);

/** The source archive of the job; its script needs a newer torch than it installs. */
export async function sourceArchive(): Promise<Uint8Array> {
  const packing = pack();
  packing.entry({ name: 'train.py', mode: 0o755, mtime }, 'import torch\n');
  packing.entry({ name: 'requirements.txt', mtime }, 'torch==2.5.1\ntrl==0.19.1\n');
  packing.finalize();
  const parts: Uint8Array[] = [];
  // The stream only passes on bytes.
  for await (const part of packing) parts.push(part as Uint8Array);
  return gzipSync(Buffer.concat(parts));
}
