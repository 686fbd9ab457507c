import { count, sizeInWords } from '../../in-words.ts';
import { broken, type Check, commonDamage, cut } from './check.ts';
import { type RangedFile, readLimit } from './ranged-file.ts';
import { type Header, readHeader } from './safetensors-header.ts';

/** https://github.com/huggingface/safetensors#format: 8 bytes of header length, the header, the data. */
const lengthBytes = 8;
const longestHeader = 100_000_000;
const firstRead = 64 * 1024;

export interface SafetensorsCheck extends Check {
  /** Known only where the header could be read. */
  readonly header?: Header;
}

/**
 * Structure only, by one or two ranged reads. It finds every cut; it cannot find bytes that were changed in place,
 * because the format has no checksum.
 */
export async function checkSafetensors(file: RangedFile): Promise<SafetensorsCheck> {
  const first = (await file.range(0, firstRead)) ?? new Uint8Array();
  const damage = commonDamage(file.size, first);
  if (damage !== undefined) return broken(damage);
  if (file.size < lengthBytes) return broken(`is only ${count(file.size)} bytes long`);
  const length = headerLength(first);
  if (length > longestHeader)
    return broken('does not start with a header length: these are not safetensors weights');
  if (lengthBytes + length > file.size) return broken(cut(lengthBytes + length, file.size));
  const bytes = await headerBytes(file, first, length);
  return bytes === undefined ? unread(length) : checkHeader(file, readHeader(bytes), lengthBytes + length);
}

/** A length beyond what a number holds exactly is beyond every limit too. */
function headerLength(first: Uint8Array): number {
  return Number(new DataView(first.buffer, first.byteOffset).getBigUint64(0, true));
}

async function headerBytes(
  file: RangedFile,
  first: Uint8Array,
  length: number,
): Promise<Uint8Array | undefined> {
  const end = lengthBytes + length;
  if (end <= first.length) return first.subarray(lengthBytes, end);
  const rest = await file.range(first.length, end - first.length);
  return rest && Buffer.concat([first.subarray(lengthBytes), rest]);
}

function unread(length: number): SafetensorsCheck {
  const limit = sizeInWords(readLimit);
  return {
    problems: [],
    unchecked: `has a header of ${sizeInWords(length)}, past the read limit of ${limit}: not checked`,
  };
}

function checkHeader({ size }: RangedFile, header: Header, headerEnd: number): SafetensorsCheck {
  const { problems, tensors, dataBytes } = header;
  if (problems.length > 0) return { problems: fewest(problems), header };
  if (tensors.size === 0) return { problems: ['holds no tensors'], header };
  const promised = headerEnd + dataBytes;
  if (promised > size) return { problems: [cut(promised, size)], header };
  if (promised < size)
    return { problems: [`is ${count(size - promised)} bytes longer than its header promises`], header };
  return { problems: [], header };
}

/** A damaged header breaks its rules a thousand times; three are enough to believe it. */
function fewest(problems: readonly string[]): readonly string[] {
  const more = problems.length - 3;
  return more > 0 ? [...problems.slice(0, 3), `and ${count(more)} more`] : problems;
}
