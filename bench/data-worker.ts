import { Redis } from 'ioredis';
import { pino } from 'pino';
import { startDataWorker } from '../src/queue/data-worker.ts';

/** A worker that does nothing but read training data, in one thread; started once for each that is to share the work. */
const [, , redisUrl = '', thread = ''] = process.argv;
const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
const data = { redisUrl, pathStyle: true };
startDataWorker(
  redis,
  pino({ level: 'silent' }),
  { file: new URL(thread), data, most: 1 },
  async () => undefined,
);
process.once('disconnect', () => process.exit());
redis.once('ready', () => process.send?.('ready'));
