import { deserialize, serialize } from 'node:v8';
import { deflateSync, inflateSync } from 'node:zlib';
import type { Redis } from 'ioredis';
import { OpsError, type OpsErrorCode } from '../errors.ts';
import type { DataReport } from '../training-data/data-report.ts';
import type { Piece, PieceReport, Plan } from '../training-data/scan/piece.ts';
import type { RecordSchema } from '../training-data/schemas.ts';
import { key } from './keys.ts';

/** The terms of a scan. Its pieces are stored separately. */
export interface ScanTerms {
  readonly plan: Plan;
  readonly schema: RecordSchema;
}

/**
 * Shares the state of a scan between machines, in one Redis hash per scan. A piece of 32 MB takes 1 to 3 MB until all
 * pieces are merged. All pieces of a data set together stay below about 150 MB, since they keep fingerprints of at most
 * four million records.
 */
export interface ScanStore {
  /** Starts a scan and replaces an earlier one with the same name. */
  readonly begin: (scan: string, terms: ScanTerms) => Promise<void>;
  /** Undefined if the scan is over or was dropped. */
  readonly terms: (scan: string) => Promise<ScanTerms | undefined>;
  readonly piece: (
    scan: string,
    piece: number,
  ) => Promise<{ readonly piece: Piece; readonly schema: RecordSchema } | undefined>;
  readonly keep: (scan: string, report: PieceReport) => Promise<void>;
  /** Throws `data-scan-broke` if it is missing. */
  readonly kept: (scan: string, piece: number) => Promise<PieceReport>;
  /** Deletes all pieces and keeps only the outcome. Later outcomes are ignored. */
  readonly finish: (scan: string, outcome: ScanOutcome) => Promise<void>;
  readonly outcome: (scan: string) => Promise<ScanOutcome | undefined>;
  readonly drop: (scan: string) => Promise<void>;
}

export type ScanOutcome =
  | { readonly report: DataReport }
  | { readonly code: OpsErrorCode; readonly detail: string };

/** Longer than any scan takes. Cleans up abandoned scans. */
const keptSeconds = 24 * 3_600;

export function createScanStore(redis: Redis): ScanStore {
  // Callers cast what they read: only this file writes these fields, in the types that it reads.
  const read = async (scan: string, field: string): Promise<unknown> => {
    const packed = await redis.hgetBuffer(keyOf(scan), field);
    return packed === null ? undefined : deserialize(inflateSync(packed));
  };
  const outcome: ScanStore['outcome'] = async (scan) =>
    (await read(scan, 'outcome')) as ScanOutcome | undefined;
  return {
    begin: async (scan, { plan, schema }) => {
      const hash = keyOf(scan);
      const writes = redis.multi().del(hash).hset(hash, 'plan', packed(plan), 'schema', packed(schema));
      for (const piece of plan.pieces) writes.hset(hash, `piece:${piece.number}`, packed(piece));
      await writes.expire(hash, keptSeconds).exec();
    },
    terms: async (scan) => {
      const [plan, schema] = await Promise.all([read(scan, 'plan'), read(scan, 'schema')]);
      return plan === undefined ? undefined : { plan: plan as Plan, schema: schema as RecordSchema };
    },
    piece: async (scan, number) => {
      const [piece, schema] = await Promise.all([read(scan, `piece:${number}`), read(scan, 'schema')]);
      return piece === undefined ? undefined : { piece: piece as Piece, schema: schema as RecordSchema };
    },
    keep: async (scan, report) => {
      // Unconditionally, this would recreate the hash of a scan that is over.
      await redis.eval(setWhereOpen, 1, keyOf(scan), `report:${report.piece}`, packed(report));
    },
    kept: async (scan, number) => {
      const report = await read(scan, `report:${number}`);
      if (report === undefined)
        throw new OpsError('data-scan-broke', `piece ${number} of ${scan} is missing`);
      return report as PieceReport;
    },
    finish: async (scan, ended) => {
      if ((await outcome(scan)) !== undefined) return;
      const hash = keyOf(scan);
      await redis.multi().del(hash).hset(hash, 'outcome', packed(ended)).expire(hash, keptSeconds).exec();
    },
    outcome,
    drop: async (scan) => void (await redis.del(keyOf(scan))),
  };
}

const setWhereOpen =
  "if redis.call('HEXISTS', KEYS[1], 'plan') == 1 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end";

function keyOf(scan: string): string {
  return key('scan', scan);
}

/** Reports contain maps and typed arrays, which JSON loses. The fastest compression level already halves them. */
function packed(value: unknown): Buffer {
  return deflateSync(serialize(value), { level: 1 });
}
