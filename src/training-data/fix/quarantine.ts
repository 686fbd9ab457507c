import type { DataObject } from './look-at-sources.ts';
import type { FixPass } from './rewrite/fix-pass.ts';

/** One line of the quarantine file: what was lost, where it stood, and why. */
interface QuarantineRow {
  readonly source: string;
  /** From 1. */
  readonly line: number;
  /** In the decompressed object. */
  readonly byte_offset: number;
  readonly reason: string;
  /** The line as it stood; of one that is longer than 16 MiB, its beginning. */
  readonly raw_base64: string;
}

/** The rows of these objects, read a second time rather than kept in memory. */
export async function* quarantineRows(
  objects: readonly DataObject[],
  pass: FixPass,
): AsyncGenerator<Uint8Array> {
  for (const one of objects)
    for await (const batch of pass.outcomes(one))
      for (const { line, fixed } of batch) {
        if (!('lost' in fixed)) continue;
        const row: QuarantineRow = {
          source: one.object.uri,
          line: line.line,
          byte_offset: line.offset,
          reason: fixed.why,
          raw_base64: Buffer.from(line.bytes).toString('base64'),
        };
        yield Buffer.from(`${JSON.stringify(row)}\n`);
      }
}
