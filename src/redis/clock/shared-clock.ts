import type { Redis } from 'ioredis';
import { asOpsError } from '../../errors.ts';
import { minutes } from '../../in-words.ts';
import type { Log } from '../../log.ts';
import type { Clock } from '../../ports/ports.ts';

/** The clocks of this process. */
export interface OwnClock {
  /** The time of this machine, in ms since the epoch. It may be wrong, and it may be set back at any moment. */
  readonly now: () => number;
  /** A time in ms that only counts up, whatever happens to the clock of the machine. */
  readonly elapsed: () => number;
}

export interface SharedClock extends Clock {
  /** Compares with Redis again. Throws if Redis does not answer. */
  readonly compare: () => Promise<void>;
  readonly stop: () => void;
}

const machine: OwnClock = { now: () => Date.now(), elapsed: () => performance.now() };

const everyMs = 10_000;
/** An answer that took longer says too little about the time at which Redis gave it. */
const maxRoundTripMs = 1_000;
/** Smaller differences come from the network. Correcting them would let time go back between two entries. */
const toleratedMs = 100;
/** AWS and Slack refuse signatures of a clock that is wrong by 5 minutes. */
const warnedMs = 60_000;

/**
 * The time of Redis, which all processes share: an approval is as old for the worker that carries it out as for the bot
 * that recorded it, within about a second, even if the clock of a machine is wrong or is set back meanwhile. Redis is
 * asked every 10 seconds (https://redis.io/docs/latest/commands/time/); in between, and while Redis is away, a counter
 * that nobody can set tells the time that has passed.
 * @example const clock = await startSharedClock(redis, log); clock.now() // 1762225200000 on every machine
 */
export async function startSharedClock(
  redis: Redis,
  log: Log,
  own: OwnClock = machine,
): Promise<SharedClock> {
  // What to add to `elapsed` for the time of Redis. The first answer counts however long it took.
  let offset = await offsetOf(redis, own, Number.POSITIVE_INFINITY);
  let warned = false;
  const now = (): number => Math.floor(own.elapsed() + offset);
  const compare = async (): Promise<void> => {
    const measured = await offsetOf(redis, own, maxRoundTripMs, offset);
    if (Math.abs(measured - offset) > toleratedMs) offset = measured;
    const wrongBy = own.now() - now();
    if (Math.abs(wrongBy) > warnedMs && !warned) log.warn({ wrongBy }, wrongInWords(wrongBy));
    warned = Math.abs(wrongBy) > warnedMs;
  };
  await compare();
  const timer = setInterval(() => {
    compare().catch((error: unknown) =>
      log.debug({ error: asOpsError(error).line }, 'the clock could not be compared with Redis'),
    );
  }, everyMs);
  timer.unref();
  return { now, compare, stop: () => clearInterval(timer) };
}

/** `before`: kept if the answer took too long. */
async function offsetOf(redis: Redis, own: OwnClock, maxMs: number, before = 0): Promise<number> {
  const asked = own.elapsed();
  const [seconds, micros] = await redis.time();
  const answered = own.elapsed();
  if (answered - asked > maxMs) return before;
  return Number(seconds) * 1_000 + Number(micros) / 1_000 - (asked + answered) / 2;
}

function wrongInWords(wrongBy: number): string {
  const way = wrongBy > 0 ? 'ahead of' : 'behind';
  return `the clock of this machine is ${minutes(Math.abs(wrongBy) / 60_000)} ${way} that of Redis: Relight uses the time of Redis, but AWS and Slack refuse signatures that are 5 min off; set both clocks by NTP`;
}
