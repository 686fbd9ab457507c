import type { S3Fence } from '../aws/s3/fence.ts';
import type { SessionRequest } from '../aws/sessions/session-request.ts';
import type { GradeRequest, GradeResult } from '../checkpoints/grading/grade.ts';
import type { OpsErrorCode } from '../errors.ts';
import type { ByteLocation } from '../ports/reading.ts';
import type { ScanWord, ThreadJob } from '../queue/data/scan-data.ts';
import type { FixJob, FixResult } from '../training-data/fix/fix-job.ts';
import type { FixPlan, SourceFingerprint } from '../training-data/fix/plan/plan-fix.ts';
import type { Piece, PieceReport } from '../training-data/scan/piece.ts';
import type { RecordSchema } from '../training-data/schemas.ts';
import type { ScanPlan, ScanRequest } from '../training-data/validate-data.ts';

/** The tasks that read user files, by name. Inputs and outputs cross process boundaries, so they are plain data. */
export interface Tasks {
  readonly 'plan-scan': {
    readonly input: { readonly question: ScanRequest; readonly pieceBytes?: number };
    readonly output: ScanPlan;
  };
  readonly 'scan-piece': {
    readonly input: { readonly piece: Piece; readonly schema: RecordSchema };
    readonly output: PieceReport;
  };
  /** One queue job of a scan; its input and output are in Redis. */
  readonly 'scan-job': { readonly input: ThreadJob; readonly output: ScanWord };
  readonly 'plan-fix': { readonly input: FixJob; readonly output: FixPlan };
  /** Asks for permission to write once it knows the sources. */
  readonly 'run-fix': {
    readonly input: { readonly job: FixJob; readonly by: string; readonly session?: SessionRequest };
    readonly output: FixResult;
  };
  readonly 'grade-checkpoint': { readonly input: GradeRequest; readonly output: GradeResult };
}

export type TaskName = keyof Tasks;

/** How a reader connects to S3 and Redis. */
export interface ReaderSetup {
  readonly pathStyle: boolean;
  /** For queue jobs. */
  readonly redisUrl?: string;
  /** Where it must not read or write, whatever it is asked. */
  readonly fence?: S3Fence;
}

export interface TaskRequest {
  readonly task: TaskName;
  readonly input: unknown;
  readonly setup: ReaderSetup;
  /** Locations that killed an earlier reader, and how. */
  readonly refused: readonly (readonly [place: string, why: string])[];
}

export type ToReader = { readonly request: TaskRequest } | { readonly answer: Failure | undefined };

export type FromReader =
  /** It has loaded its modules, and is about to run its first task. */
  | { readonly ready: true }
  | { readonly at: ByteLocation }
  | { readonly asks: readonly SourceFingerprint[] }
  | { readonly done: unknown }
  | { readonly failed: Failure }
  /** An uncaught error, possibly of an earlier task: the process is about to exit. */
  | { readonly crashed: string; readonly at: ByteLocation | undefined };

export interface Failure {
  readonly code: OpsErrorCode;
  readonly detail: string;
  /** AWS refused the call that was to change something. */
  readonly refused: boolean;
}

export function keyOf({ uri, etag, at }: ByteLocation): string {
  return `${uri} ${etag} ${at}`;
}
