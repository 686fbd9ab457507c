import { z } from 'zod';
import { count, quote, sizeInWords } from '../../in-words.ts';
import { largest } from '../../ports/collections.ts';
import { firstRepeatedKey, parseJson } from '../../training-data/read/json-text.ts';
import { broken, commonDamage, cut, type FormatCheck } from './check.ts';
import { type RangedFile, readLimit } from './ranged-file.ts';

/** 8 bytes of header length, the header, the data: https://github.com/huggingface/safetensors#format */
const lengthBytes = 8;
const maxHeaderBytes = 100_000_000;
const firstRead = 64 * 1024;

export interface SafetensorsCheck extends FormatCheck {
  /** Present only if the header could be read. */
  readonly header?: SafetensorsHeader;
}

/** Checks only the structure. Finds every truncation but, without a checksum in the format, no changed bytes. */
export async function checkSafetensors(file: RangedFile): Promise<SafetensorsCheck> {
  const first = (await file.range(0, firstRead)) ?? new Uint8Array();
  const damage = commonDamage(file.size, first);
  if (damage !== undefined) return broken(damage);
  if (file.size < lengthBytes) return broken(`is only ${count(file.size)} bytes long`);
  const length = headerLength(first);
  if (length > maxHeaderBytes)
    return broken('does not start with a header length: these are not safetensors weights');
  if (lengthBytes + length > file.size) return broken(cut(lengthBytes + length, file.size));
  const bytes = await headerBytes(file, first, length);
  return bytes === undefined ? unread(length) : checkHeader(file, readHeader(bytes), lengthBytes + length);
}

/** A length too large for an exact number exceeds every limit too. */
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

function checkHeader({ size }: RangedFile, header: SafetensorsHeader, headerEnd: number): SafetensorsCheck {
  const { problems, tensors, dataBytes } = header;
  if (problems.length > 0) return { problems: fewest(problems), header };
  if (tensors.size === 0) return { problems: ['contains no tensors'], header };
  const promised = headerEnd + dataBytes;
  if (promised > size) return { problems: [cut(promised, size)], header };
  if (promised < size)
    return { problems: [`is ${count(size - promised)} bytes longer than its header declares`], header };
  return { problems: [], header };
}

/** A damaged header can break the rules a thousand times; three examples are enough. */
function fewest(problems: readonly string[]): readonly string[] {
  const more = problems.length - 3;
  return more > 0 ? [...problems.slice(0, 3), `and ${count(more)} more`] : problems;
}

/** Bits per element: https://github.com/huggingface/safetensors/blob/main/safetensors/src/tensor.rs */
const bits: Readonly<Record<string, number>> = {
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
};

const size = z.number().int().nonnegative();
const Tensor = z.object({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) });
const Metadata = z.record(z.string(), z.string());

interface Placed {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly problems: readonly string[];
  readonly tensors: ReadonlySet<string>;
  /** Bytes of data that the header declares. */
  readonly dataBytes: number;
}

/** Checks every rule of the format that concerns only the header. */
function readHeader(bytes: Uint8Array): SafetensorsHeader {
  const text = textOf(bytes);
  const entries = text === undefined ? undefined : entriesOf(text);
  if (text === undefined || entries === undefined) return noHeader('has a header that is not JSON');
  const twice = firstRepeatedKey(text);
  if (twice !== undefined) return noHeader(`has the key “${quote(twice, 80)}” twice in its header`);
  const metadata = entries.get('__metadata__');
  if (metadata !== undefined && !Metadata.safeParse(metadata).success)
    return noHeader('has a __metadata__ that is not text');
  return placeTensors([...entries].filter(([name]) => name !== '__metadata__'));
}

function noHeader(problem: string): SafetensorsHeader {
  return { problems: [problem], tensors: new Set(), dataBytes: 0 };
}

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== 0x7b) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function entriesOf(text: string): ReadonlyMap<string, unknown> | undefined {
  const parsed = parseJson(text);
  return typeof parsed === 'object' && parsed !== null ? new Map(Object.entries(parsed)) : undefined;
}

function placeTensors(entries: readonly (readonly [string, unknown])[]): SafetensorsHeader {
  const problems: string[] = [];
  const placed: Placed[] = [];
  for (const [name, value] of entries) {
    const tensor = Tensor.safeParse(value);
    if (!tensor.success) return noHeader(`does not describe the tensor “${quote(name, 80)}” in its header`);
    const [begin, end] = tensor.data.data_offsets;
    const problem = sizeProblem(name, tensor.data.dtype, tensor.data.shape, end - begin);
    if (problem !== undefined) problems.push(problem);
    placed.push({ name, begin, end });
  }
  return {
    problems: [...problems, ...holes(placed)],
    tensors: new Set(placed.map(({ name }) => name)),
    dataBytes: Math.max(0, largest(placed.map(({ end }) => end))),
  };
}

function sizeProblem(
  name: string,
  dtype: string,
  shape: readonly number[],
  length: number,
): string | undefined {
  const each = bits[dtype];
  if (each === undefined) return `has the unknown dtype “${quote(dtype, 40)}” on “${quote(name, 80)}”`;
  const needed = (shape.reduce((product, side) => product * side, 1) * each) / 8;
  if (needed === length) return undefined;
  return `gives “${quote(name, 80)}” ${count(length)} bytes, its shape needs ${count(needed)}`;
}

/** Tensors are contiguous: the first begins at 0, and each begins where the previous one ends. */
function holes(placed: readonly Placed[]): string[] {
  const sorted = placed.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  const bad = sorted.find(({ begin }, index) => begin !== (sorted[index - 1]?.end ?? 0));
  return bad === undefined ? [] : [`has a hole or an overlap before “${quote(bad.name, 80)}”`];
}
