import { z } from 'zod';
import { count, counted, sizeInWords } from '../in-words.ts';

/** A finished copy, as a result keeps it. */
export const Copied = z.object({
  files: z.number().int(),
  bytes: z.number(),
  compared: z
    .object({ checksum: z.number().int(), etag: z.number().int(), size: z.number().int() })
    .optional(),
});
export type Copied = z.infer<typeof Copied>;

/** `10 files, 662 KiB; compared by checksum 8, by etag 2`. */
export function copiedInWords({ files, bytes, compared }: Copied): string {
  const copy = `${counted(files, 'file')}, ${sizeInWords(bytes)}`;
  if (compared === undefined) return copy;
  const ways = [
    ['checksum', compared.checksum],
    ['etag', compared.etag],
    ['size alone', compared.size],
  ] as const;
  const by = ways.flatMap(([way, times]) => (times === 0 ? [] : [`by ${way} ${count(times)}`]));
  return by.length === 0 ? copy : `${copy}; compared ${by.join(', ')}`;
}
