import { gunzipSync, gzipSync } from 'node:zlib';
import { extract, type Header, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { withRequirements } from '../../../src/relaunch/pin/rewrite-archive.ts';
import { archiveLimits } from '../../../src/relaunch/pin/tar-entries.ts';

type File = Partial<Header> & Pick<Header, 'name'> & { readonly text?: string };

async function archiveOf(files: readonly File[]): Promise<Buffer> {
  const packing = pack();
  for (const { text, ...header } of files)
    packing.entry({ mtime: new Date(1_700_000_000_000), ...header }, text ?? '');
  packing.finalize();
  return gzipSync(Buffer.concat(await bytesOf(packing)));
}

async function bytesOf(stream: AsyncIterable<unknown>): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  // The streams of this test only carry bytes.
  for await (const part of stream) parts.push(part as Uint8Array);
  return parts;
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
}

async function rewritten(archive: Uint8Array): Promise<Buffer> {
  return Buffer.concat(await bytesOf(withRequirements(inPieces(archive), 'torch>=2.6\n')));
}

async function entriesOf(archive: Uint8Array): Promise<Record<string, unknown>[]> {
  const entries = extract();
  entries.end(gunzipSync(archive));
  const found: Record<string, unknown>[] = [];
  for await (const entry of entries) {
    const { name, mode, mtime, type, linkname } = entry.header;
    found.push({ name, mode, mtime, type, linkname, text: Buffer.concat(await bytesOf(entry)).toString() });
  }
  return found;
}

const script: File = { name: 'train.py', mode: 0o755, text: 'print(1)\n'.repeat(50_000) };
const requirements: File = { name: './requirements.txt', mode: 0o640, text: 'torch==2.5.1\ntrl\n' };
const others: readonly File[] = [
  { name: 'rewards/', type: 'directory', mode: 0o750 },
  { name: `rewards/${'x'.repeat(150)}.py`, text: 'y' },
  { name: 'link.py', type: 'symlink', linkname: 'train.py' },
  { name: 'empty.py' },
];

describe('a source archive with another requirements.txt', () => {
  it('keeps all other entries, with their bytes, modes, times and order', async () => {
    const before = await archiveOf([script, requirements, ...others]);

    const [first, changed, ...rest] = await entriesOf(await rewritten(before));

    const [firstBefore, changedBefore, ...restBefore] = await entriesOf(before);
    expect([first, ...rest]).toEqual([firstBefore, ...restBefore]);
    expect(changed).toEqual({ ...changedBefore, text: 'torch>=2.6\n' });
  });

  it('has the same bytes when it is written again, also without a requirements.txt before', async () => {
    const before = await archiveOf([script]);

    const after = await rewritten(before);

    expect(after.equals(await rewritten(before))).toBe(true);
    expect((await entriesOf(after)).at(-1)).toMatchObject({ name: 'requirements.txt', text: 'torch>=2.6\n' });
  });

  it('is refused if it is no tar.gz, is cut off, or its requirements.txt is a link', async () => {
    const whole = await archiveOf([script]);
    const link = await archiveOf([{ name: 'requirements.txt', type: 'symlink', linkname: '/etc/passwd' }]);

    for (const broken of [Buffer.from('hello'), whole.subarray(0, whole.length - 30), link])
      await expect(rewritten(broken)).rejects.toMatchObject({ code: 'source-unusable' });
  });

  it('is refused if it unpacks to too many bytes or entries', async () => {
    const many = Array.from({ length: archiveLimits.entries + 1 }, (_, nth) => ({ name: `${nth}.py` }));

    await expect(rewritten(await archiveOf(many))).rejects.toMatchObject({ code: 'source-unusable' });
  });
});
