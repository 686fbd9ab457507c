import { z } from 'zod';
import { counted, quote, sizeInWords } from '../../in-words.ts';
import { parseJson } from '../../training-data/read/json-text.ts';
import { broken, commonDamage, type FormatCheck } from './check.ts';
import { type RangedFile, readLimit } from './ranged-file.ts';
import type { SafetensorsHeader } from './safetensors.ts';

const Index = z.object({
  weight_map: z.record(z.string(), z.string()),
});
export type Index = z.infer<typeof Index>;

export interface IndexCheck extends FormatCheck {
  readonly index?: Index;
}

/** https://huggingface.co/docs/transformers/big_models#sharded-checkpoints */
export async function readIndex(file: RangedFile): Promise<IndexCheck> {
  const bytes = await file.whole();
  if (bytes === undefined)
    return {
      problems: [],
      unchecked: `is ${sizeInWords(file.size)}, past the read limit of ${sizeInWords(readLimit)}: not checked`,
    };
  const damage = commonDamage(file.size, bytes);
  if (damage !== undefined) return broken(damage);
  const index = Index.safeParse(parseJson(new TextDecoder().decode(bytes)));
  if (!index.success) return broken('was truncated or damaged: it is not complete JSON with a weight_map');
  return { problems: [], index: index.data };
}

/** Shards that must exist: those named in the index, and every number of the `-i-of-n` sequence. */
export function expectedShards(present: readonly string[], index: Index | undefined): string[] {
  const named = index === undefined ? [] : Object.values(index.weight_map);
  return [...new Set([...named, ...numbered([...present, ...named])])].toSorted();
}

const shardName = /^(.*)-(\d{5})-of-(\d{5})(\.\w+)$/;

function numbered(names: readonly string[]): string[] {
  const [stem, , total, ending] =
    names.map((name) => shardName.exec(name)?.slice(1)).find((parts) => parts !== undefined) ?? [];
  if (stem === undefined || total === undefined || Number(total) > 1000) return [];
  return Array.from(
    { length: Number(total) },
    (_, i) => `${stem}-${String(i + 1).padStart(5, '0')}-of-${total}${ending}`,
  );
}

/**
 * Problems that show only across all shards. Call after every header has been read. No loader compares `total_size`,
 * and some writers count the headers in it.
 */
export function acrossShards(
  { weight_map }: Index,
  headers: ReadonlyMap<string, SafetensorsHeader>,
): string[] {
  // Loaders read every shard whole, so a tensor may be in another one than the index says.
  const present = new Set([...headers.values()].flatMap(({ tensors }) => [...tensors]));
  const lost = Object.entries(weight_map).filter(([tensor]) => !present.has(tensor));
  const [first] = lost;
  if (first === undefined) return [];
  const [tensor, shard] = first;
  return [
    `lists ${counted(lost.length, 'tensor')} that no shard contains, e.g. “${quote(tensor, 80)}” in ${shard}`,
  ];
}
