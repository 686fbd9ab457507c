import type { RangedFile } from './ranged-file.ts';
import { entriesOf } from './torch-zip.ts';

const maxPickle = 512 * 1024;

/**
 * An integer in the top-level dictionary that torch.save wrote, found by its key without unpickling. Undefined if the
 * file is not a whole torch zip or has no such key.
 */
export async function numberInTorchFile(file: RangedFile, key: string): Promise<number | undefined> {
  return numberAfter(await pickleIn(file), key);
}

/** The pickle of a torch zip. Empty if the file is not a whole one, or the pickle is too long to read. */
export async function pickleIn(file: RangedFile): Promise<Buffer> {
  const entries = await entriesOf(file);
  const found = entries?.find(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  if (found === undefined || found.end - found.begin > maxPickle) return Buffer.alloc(0);
  // The local header may be padded, so the pickle ends somewhat after the earliest position.
  const bytes = await file.range(found.begin, found.end - found.begin + 4096);
  return Buffer.from(bytes ?? new Uint8Array());
}

/** The key as a short or long text, its memo, then the integer: https://docs.python.org/3/library/pickletools.html */
function numberAfter(pickle: Buffer, key: string): number | undefined {
  const at = pickle.indexOf(key);
  if (at === -1) return undefined;
  const rest = afterMemo(pickle.subarray(at + key.length));
  const opcode = String.fromCharCode(rest[0] ?? 0);
  if (opcode === 'K' && rest.length > 1) return rest.readUInt8(1);
  if (opcode === 'M' && rest.length > 2) return rest.readUInt16LE(1);
  return opcode === 'J' && rest.length > 4 ? rest.readInt32LE(1) : undefined;
}

function afterMemo(bytes: Buffer): Buffer {
  const opcode = String.fromCharCode(bytes[0] ?? 0);
  if (opcode === 'q') return bytes.subarray(2);
  return opcode === 'r' ? bytes.subarray(5) : bytes;
}
