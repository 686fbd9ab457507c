import type { Redis } from 'ioredis';
import { z } from 'zod';
import { OpsError } from '../../errors.ts';
import { deadlineIn, lateInLua } from '../../incidents/journal/write-limit.ts';
import type { TimeLimit } from '../../ports/ports.ts';

/** KEYS the key of all commands; ARGV deadline, the commands as JSON. */
const script = `${lateInLua(1)}
if late then return false end
local replies = {}
for i, command in ipairs(cjson.decode(ARGV[2])) do replies[i] = redis.call(unpack(command)) end
return replies`;

/**
 * Runs commands on one key for a person who is told within seconds whether it worked: all at once, and in time or never.
 * Otherwise a Redis that hangs would lift a halt minutes after the person was told that it was not lifted. The limit
 * counts from when the person asked, because what comes before the write may hang too. Throws `too-late`.
 *
 * @example await timely(redis, limit, key, ['HDEL', 'command']) // [1]
 */
export async function timely(
  redis: Redis,
  limit: TimeLimit,
  key: string,
  ...commands: readonly (readonly [name: string, ...rest: readonly string[]])[]
): Promise<readonly unknown[]> {
  const deadline = await deadlineIn(redis, limit);
  const all = commands.map(([name, ...rest]) => [name, key, ...rest]);
  const replies = await redis.eval(script, 1, key, deadline, JSON.stringify(all));
  if (replies === null) throw new OpsError('too-late', 'a write for a person');
  return z.array(z.unknown()).parse(replies);
}
