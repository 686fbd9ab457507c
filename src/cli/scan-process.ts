import { createDatasets } from '../aws/datasets.ts';
import { createS3Client } from '../aws/s3-client.ts';
import { asOpsError, type OpsErrorCode } from '../errors.ts';
import type { Piece } from '../playbooks/data/piece.ts';
import type { PieceReport } from '../playbooks/data/piece-report.ts';
import { scanPiece } from '../playbooks/data/scan-piece.ts';
import type { RecordSchema } from '../playbooks/data/schemas.ts';

/** What a process that scans is asked, one piece at a time. */
export interface Order {
  readonly piece: Piece;
  readonly schema: RecordSchema;
  readonly pathStyle: boolean;
}

export type Answer =
  | { readonly report: PieceReport }
  | { readonly code: OpsErrorCode; readonly detail: string };

let datasets: ReturnType<typeof createDatasets> | undefined;

process.on('message', (order: Order) => {
  void answerTo(order).then((answer) => process.send?.(answer));
});

// Whoever asked is gone: nobody waits for the answer.
process.once('disconnect', () => process.exit());

async function answerTo({ piece, schema, pathStyle }: Order): Promise<Answer> {
  try {
    datasets ??= createDatasets(createS3Client({ pathStyle }));
    return { report: await scanPiece(piece, schema, datasets) };
  } catch (thrown) {
    const { code, detail } = asOpsError(thrown);
    return { code, detail };
  }
}
