import type { Redis } from 'ioredis';
import { z } from 'zod';
import { key } from '../redis/keys.ts';

/** How far one message of files has come. */
const FileRow = z.object({
  /** Counts the writes: every one is a compare-and-set on it. */
  version: z.number(),
  /** Nothing more is to be done. */
  done: z.boolean(),
  /** What became of each file so far, in order: Slack's id of the upload, or why it cannot be shown. */
  each: z.array(z.object({ id: z.string().default(''), why: z.string().default('') })),
  /** When Slack was first asked to show them; 0: not yet. */
  sharedAt: z.number(),
  /** Slack has said that it shows them. */
  taken: z.boolean(),
  /** Calls without an answer, since the last one with one. */
  silences: z.number(),
  /** How often everything was begun anew. */
  rounds: z.number(),
  /** Before this nobody goes on: a call is under way, or it is too early for the next one. */
  lookAt: z.number(),
});
export type FileRow = z.infer<typeof FileRow>;

export const freshRow: FileRow = {
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
  /** Writes `row` as the version after its own; undefined when somebody wrote since. */
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
