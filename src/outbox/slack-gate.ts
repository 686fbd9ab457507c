import type { Redis } from 'ioredis';
import { z } from 'zod';
import { key } from '../redis/keys.ts';

/**
 * Whether Slack takes messages in one channel, shared by all processes. Once Slack refuses them or stays silent, the gate
 * closes: one delivery at a time tries again, with growing pauses, and all others wait without calling Slack.
 */
export interface SlackGate {
  /** `probe`: the gate is closed, and this caller alone may try now. */
  readonly enter: () => Promise<'open' | 'probe' | 'closed'>;
  /** `error`: Slack's error code, or why there is no response. */
  readonly refused: (error: string) => Promise<void>;
  /** No response, or a server error. One of them is an accident; several in a row close the gate. */
  readonly silent: () => Promise<void>;
  /** True if this opened the gate. */
  readonly taken: () => Promise<boolean>;
  /** Undefined while the gate is open. */
  readonly trouble: () => Promise<SlackTrouble | undefined>;
}

export interface SlackTrouble {
  readonly error: string;
  readonly since: number;
  /** Ms that the gate has been closed, by the clock of Redis. */
  readonly forMs: number;
  /** Whether a delivery may try again now. */
  readonly due: boolean;
}

/** In `error`, if Slack does not respond. */
export const noResponse = 'no_response';

const maxSilences = 3;
const [firstPauseMs, maxPauseMs] = [5_000, 30_000];
/** A try may take two Slack calls of 10 s each. If its process dies, another one tries after this time. */
const probeMs = 30_000;

const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** KEYS gate; ARGV probe ms. Returns 0 open, 1 probe, 2 closed. */
const enterScript = `
local next = redis.call('HGET', KEYS[1], 'nextAt')
if not next then return 0 end
${clock}
if now < tonumber(next) then return 2 end
redis.call('HSET', KEYS[1], 'nextAt', now + tonumber(ARGV[1]), 'probing', '1')
return 1`;

/** Only the failure of a try makes the pause longer. KEYS gate; ARGV error, first pause, longest pause. */
const refusedScript = `
${clock}
local gate = redis.call('HMGET', KEYS[1], 'since', 'probing', 'failures')
redis.call('HSET', KEYS[1], 'error', ARGV[1])
if gate[1] and gate[2] ~= '1' then return 0 end
local failures = (tonumber(gate[3]) or 0) + 1
local pause = math.min(tonumber(ARGV[3]), tonumber(ARGV[2]) * 2 ^ math.min(failures - 1, 10))
redis.call('HSET', KEYS[1], 'since', gate[1] or now, 'failures', failures, 'nextAt', now + pause, 'probing', '0')
return gate[1] and 0 or 1`;

/** KEYS gate. */
const troubleScript = `
local gate = redis.call('HMGET', KEYS[1], 'since', 'error', 'nextAt')
if not gate[1] then return {} end
${clock}
return { gate[2], gate[1], now - tonumber(gate[1]), now >= tonumber(gate[3]) and 1 or 0 }`;

const Passes = z.union([z.literal(0), z.literal(1), z.literal(2)]);
const passes = ['open', 'probe', 'closed'] as const;
const Trouble = z.union([z.tuple([z.string(), z.coerce.number(), z.number(), z.number()]), z.tuple([])]);

export function createSlackGate(redis: Redis, channel: string): SlackGate {
  const gateKey = key('slack-gate', channel);
  let silences = 0;
  // As this process last saw it: a delivery that succeeds while the gate is open asks Redis for nothing.
  let seen: (typeof passes)[number] = 'open';
  const refused = async (error: string): Promise<void> => {
    seen = 'closed';
    await redis.eval(refusedScript, 1, gateKey, error, firstPauseMs, maxPauseMs);
  };
  return {
    enter: async () => {
      seen = passes[Passes.parse(await redis.eval(enterScript, 1, gateKey, probeMs))];
      return seen;
    },
    refused,
    silent: async () => {
      silences += 1;
      if (silences >= maxSilences || seen !== 'open') await refused(noResponse);
    },
    taken: async () => {
      silences = 0;
      if (seen === 'open') return false;
      seen = 'open';
      return (await redis.del(gateKey)) === 1;
    },
    trouble: async () => {
      const [error, since, forMs, due] = Trouble.parse(await redis.eval(troubleScript, 1, gateKey));
      return error === undefined || since === undefined || forMs === undefined
        ? undefined
        : { error, since, forMs, due: due === 1 };
    },
  };
}
