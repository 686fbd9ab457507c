import type { Redis } from 'ioredis';
import { z } from 'zod';
import { key } from '../redis/keys.ts';

/** The delivery state of one step's files. */
const FileRow = z.object({
  /** Incremented by every write, each of which is a compare-and-set on it. */
  version: z.number(),
  /** Delivery is over, successful or not. */
  done: z.boolean(),
  /** Result per file so far, in order: Slack's upload id, or why the file cannot be shown. */
  each: z.array(z.object({ id: z.string().default(''), why: z.string().default('') })),
  /** When Slack was first asked to show them; 0 if not yet. */
  sharedAt: z.number(),
  /** Slack accepted the request to show them. */
  taken: z.boolean(),
  /** Consecutive calls without a response. */
  silences: z.number(),
  /** How many times everything was started over. */
  rounds: z.number(),
  /** The earliest time for the next call: one is in flight, or it is too early. */
  lookAt: z.number(),
});
export type FileRow = z.infer<typeof FileRow>;

export const newRow: FileRow = {
  version: 0,
  done: false,
  each: [],
  sharedAt: 0,
  taken: false,
  silences: 0,
  rounds: 0,
  lookAt: 0,
};

export interface FileRows {
  readonly all: (incident: string) => Promise<ReadonlyMap<string, FileRow>>;
  /** Writes `row` with the next version; undefined if another process wrote in the meantime. */
  readonly advance: (incident: string, step: string, row: FileRow) => Promise<FileRow | undefined>;
}

const advanceScript = `
local row = redis.call('HGET', KEYS[1], ARGV[1])
local version = row and cjson.decode(row).version or 0
if version ~= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

export function createFileRows(redis: Redis): FileRows {
  const rowsKey = (incident: string): string => key('outbox-files', incident);
  return {
    all: async (incident) => {
      const raw = await redis.hgetall(rowsKey(incident));
      return new Map(Object.entries(raw).map(([step, value]) => [step, FileRow.parse(JSON.parse(value))]));
    },
    advance: async (incident, step, row) => {
      const next = { ...row, version: row.version + 1 };
      const written = await redis.eval(
        advanceScript,
        1,
        rowsKey(incident),
        step,
        row.version,
        JSON.stringify(next),
      );
      return written === 1 ? next : undefined;
    },
  };
}
